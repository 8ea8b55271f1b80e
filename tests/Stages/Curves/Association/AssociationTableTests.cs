using Emergence.Stages.Curves;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves.Association;

public class AssociationTableTests
{
    private static readonly CurveOptions _options = new() { BootstrapDraws = 20, Permutations = 99, CategoricalPermutations = 1 };

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Counts_z_and_p_of_every_cell_are_what_the_formulas_say(int seed)
    {
        var probe = TestProbe.Random(seed);
        var activations = TestProbe.RandomActivations(probe, 8, seed);
        var calculator = Associate(probe, activations);
        var naive = new NaiveLayer(probe, activations, [probe.Labels(0), probe.Labels(1)]);
        var once = Enumerable.Repeat(1, probe.Documents.Count).ToArray();
        var perFacet = Enumerable.Range(0, 2).Select(k => new Naive(probe, activations, probe.Labels(k), once)).ToArray();

        foreach (var (k, f, c) in naive.Cells())
        {
            var at = f * calculator.Columns.Width + calculator.Columns.Segments[k].Start + c;
            Assert.Equal(perFacet[k].Sum(d => perFacet[k].X(f, c, d)), calculator.Table.Firings[at]);
            Assert.Equal(perFacet[k].DocumentsWith(f, c), calculator.Table.Documents[at]);
            Assert.Equal(naive.Z[(k, f, c)], calculator.Table.Z[at], 1e-9);
            Assert.Equal(naive.P[(k, f, c)], calculator.Table.P[at], 1e-9);
        }

        // A category of one document (genre 3) and one without tokens (pos 4) cannot be tested.
        Assert.All(naive.Cells().Where(cell => cell is (0, _, 3) or (1, _, 4)), cell => Assert.Equal(1, naive.P[cell]));
        Assert.Contains(naive.Z.Values, z => z > 2);
    }

    [Fact]
    public void Perfect_feature_is_significant_although_its_variance_is_zero()
    {
        var probe = TestProbe.Regular(1, 12, 50, 2, 4);
        var perfect = Enumerable.Range(0, probe.TokenCount).Select(t => probe.Label(1, t) == 2 ? 1f : 0f).ToArray();

        var calculator = Associate(probe, [perfect]);

        var segment = calculator.Columns.Segments[1];
        Assert.Equal(segment.Start + 2, calculator.Table.Categorical[1]);
        Assert.True(double.IsFinite(calculator.Table.Z[segment.Start + 2]));
        Assert.True(calculator.Table.Z[segment.Start + 2] > 20);
        Assert.Equal(calculator.Table.Firings[segment.Start + 2], calculator.Table.CoveredCount(segment.Start + 2));
    }

    [Theory]
    [InlineData(19, 6, 1.0, false)] // one firing too few
    [InlineData(20, 5, 1.0, true)]
    [InlineData(24, 4, 1.0, false)] // one document too few
    [InlineData(24, 6, 0.52, true)]
    [InlineData(24, 6, 0.48, false)] // precision
    public void Each_threshold_decides_and_significance_as_well(int firings, int documents, double precision, bool expected)
    {
        var probe = TestProbe.Regular(1, 20, 200, 2, 8);
        var feature = new float[probe.TokenCount];
        for (var d = 0; d < documents; d++)
        {
            var own = Enumerable.Range(probe.FirstToken[d], 200).ToArray();
            var wanted = firings / documents + (d < firings % documents ? 1 : 0);
            Set(own.Where(t => probe.Label(1, t) == 3), wanted);
        }

        // False firings spread over all documents and categories.
        Set(Enumerable.Range(0, probe.TokenCount).Where(t => probe.Label(1, t) != 3 && t % 7 == 0), (int)Math.Round(firings / precision) - firings);

        // The test is left out of it here: few documents can hardly be significant.
        var calculator = Associate(probe, [feature], _options with { MaxQ = 0.9 });

        Assert.Equal(-1, Associate(probe, [feature]).Table.Categorical[1]);
        Assert.Equal(firings, calculator.Table.Firings[calculator.Columns.Segments[1].Start + 3]);
        Assert.Equal(expected, calculator.Table.Categorical[1] >= 0);

        void Set(IEnumerable<int> tokens, int count)
        {
            var taken = tokens.Take(count).ToArray();
            Assert.Equal(count, taken.Length);
            foreach (var t in taken)
            {
                feature[t] = 1;
            }
        }
    }

    [Fact]
    public void Lift_decides_where_the_category_is_common()
    {
        // Category 0 is 60 % of the text: precision 0.95 is a lift of no more than 1.6.
        Facet[] facets = [new("pos", FacetKind.Token, ["common", "other"])];
        var random = new Random(1);
        var probe = new ProbeSet(facets, [.. Enumerable.Range(0, 20).Select(d => new LabelledDocument(
            $"d{d}", new int[50], [[.. Enumerable.Range(0, 50).Select(_ => (short)(random.Next(10) < 6 ? 0 : 1))]]))]);
        var feature = Enumerable.Range(0, 1000).Select(t => random.NextDouble() < (probe.Label(0, t) == 0 ? 0.5 : 0.03) ? 1f : 0f).ToArray();

        Assert.Equal(-1, Associate(probe, [feature]).Table.Categorical[0]);
        Assert.Equal(0, Associate(probe, [feature], _options with { MinLift = 1.2 }).Table.Categorical[0]);
    }

    private static CurveCalculator Associate(ProbeSet probe, float[][] activations, CurveOptions? options = null)
    {
        var calculator = new CurveCalculator(probe, options ?? _options);
        calculator.Transpose(TestProbe.Log(probe, activations));
        calculator.Associate();
        return calculator;
    }
}
