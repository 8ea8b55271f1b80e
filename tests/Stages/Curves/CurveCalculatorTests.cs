using Emergence.Stages.Curves;
using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves;

public class CurveCalculatorTests
{
    private static readonly CurveOptions _options = new() { BootstrapDraws = 20, Permutations = 99, CategoricalPermutations = 3, Seed = 5 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_number_of_a_curve_is_what_the_formulas_say(int seed)
    {
        var probe = TestProbe.Random(seed);
        var activations = TestProbe.RandomActivations(probe, 10, seed);
        PlantCategorical(probe, activations);
        var calculator = new CurveCalculator(probe, _options);

        var curves = calculator.Compute(2, TestProbe.Log(probe, activations));

        int[][] labels = [probe.Labels(0), probe.Labels(1)];
        var real = new NaiveLayer(probe, activations, labels);
        var permutations = Permutations(probe, calculator.Columns);
        var nulls = permutations.Take(3).Select(l => new NaiveLayer(probe, activations, l)).ToArray();
        var place = 0;
        for (var k = 0; k < 2; k++)
        {
            for (var c = 0; c < probe.Facets[k].Categories.Count; c++, place++)
            {
                var point = curves.Points[place];
                Assert.Equal((probe.Facets[k].Name, probe.Facets[k].Categories[c]), (point.Facet, point.Category));
                CheckPoint(point, k, c, probe, activations, real, calculator, permutations, nulls);
            }
        }

        Assert.Contains(curves.Points, p => p.CategoricalFeatures.Value > 0 && p.Coverage.Value > 0);
        Assert.Equal(place, curves.Points.Count);
    }

    [Fact]
    public void Same_seed_gives_the_same_bits_and_the_calculator_keeps_nothing_between_layers()
    {
        var probe = TestProbe.Random(3);
        var activations = TestProbe.RandomActivations(probe, 12, 3);
        var others = TestProbe.RandomActivations(probe, 12, 4);
        var fresh = new CurveCalculator(probe, _options).Compute(0, TestProbe.Log(probe, activations, 7));
        var used = new CurveCalculator(probe, _options);
        used.Compute(0, TestProbe.Log(probe, others));

        var again = used.Compute(0, TestProbe.Log(probe, activations, 64));

        Assert.Equal(fresh.Points, again.Points);
        Assert.Equal(fresh.Firings, again.Firings);
        Assert.Equal(fresh.Features.Select(f => f with { TopContexts = [] }), again.Features.Select(f => f with { TopContexts = [] }));
        Assert.Equal(fresh.Features.SelectMany(f => f.TopContexts), again.Features.SelectMany(f => f.TopContexts));
        var otherSeed = new CurveCalculator(probe, _options with { Seed = 6 }).Compute(0, TestProbe.Log(probe, activations));
        Assert.NotEqual(fresh.Points, otherSeed.Points);
        Assert.Equal(fresh.Points.Select(p => p.BestF1.Value), otherSeed.Points.Select(p => p.BestF1.Value));
    }

    [Fact]
    public void Options_that_cannot_be_used_are_all_named_at_once()
    {
        var options = new CurveOptions { MaxQ = 0, MinLift = -1, MinPrecision = 2, MinFirings = 0, MinDocuments = 0, BootstrapDraws = 1, Permutations = 98, CategoricalPermutations = 99 };

        Assert.Equal(8, options.Problems().Count);
        Assert.Empty(new CurveOptions().Problems());
        Assert.Throws<ArgumentException>(() => new CurveCalculator(TestProbe.Random(1), options));
    }

    [Fact]
    public void Log_of_another_probe_set_is_refused()
    {
        var probe = TestProbe.Random(1);
        var log = TestProbe.Log(TestProbe.Random(1), TestProbe.RandomActivations(probe, 3, 1));

        Assert.Throws<ArgumentException>(() => new CurveCalculator(probe, _options).Compute(0, log));
    }

    [Fact]
    public void Single_document_gives_curves_without_tests()
    {
        var probe = TestProbe.Random(1, documents: 1, meanLength: 60);
        var activations = TestProbe.RandomActivations(probe, 4, 1);

        var curves = new CurveCalculator(probe, _options).Compute(0, TestProbe.Log(probe, activations));

        Assert.All(curves.Points, p => Assert.Equal((0, 0, 0), (p.CategoricalFeatures.Value, p.Coverage.Value, p.BestF1.Value)));
        Assert.All(curves.Features, f => Assert.True(f.Association is null or { Z: 0, Q: 1 }));
    }

    /// <summary>Features 2 and 3 fire on most verbs and on most words of news.</summary>
    private static void PlantCategorical(ProbeSet probe, float[][] activations)
    {
        for (var t = 0; t < probe.TokenCount; t++)
        {
            activations[2][t] = probe.Label(1, t) == 1 && t % 7 != 0 ? 2 : t % 31 == 0 ? 1 : 0;
            activations[3][t] = probe.Label(1, t) == 0 && t % 3 != 0 ? 2 : t % 41 == 0 ? 1 : 0;
        }
    }

    private static int[][][] Permutations(ProbeSet probe, FacetColumns columns)
    {
        var permutations = new LabelPermutations(probe, Labelling.Real(probe, columns), _options.Permutations, _options.Seed);
        return [.. Enumerable.Range(0, _options.Permutations).Select(p => permutations.Labelling(p).Labels
            .Select((l, k) => l.Select(label => label == probe.Facets[k].Categories.Count ? -1 : label).ToArray()).ToArray())];
    }

    private static void CheckPoint(
        CurvePoint point, int k, int c, ProbeSet probe, float[][] activations, NaiveLayer real, CurveCalculator calculator, int[][][] permutations, NaiveLayer[] nulls)
    {
        var labels = probe.Labels(k);
        var once = Enumerable.Repeat(1, probe.Documents.Count).ToArray();
        var whole = new Naive(probe, activations, labels, once);
        var set = real.Categorical(k, c);
        Assert.Equal(set.Length, point.CategoricalFeatures.Value);
        AssertClose(Zeroed(whole.Coverage(c, set)), point.Coverage.Value);
        AssertClose(whole.BestF1(c) ?? 0, point.BestF1.Value);
        var best = Enumerable.Range(0, whole.Features).MaxBy(f => Math.Round(whole.F1(f, c), 12));
        Assert.Equal(whole.F1(best, c) > 0 ? best : -1, point.BestFeature);

        var draws = Enumerable.Range(1, _options.BootstrapDraws).Select(v => new Naive(probe, activations, labels, calculator.Bootstrap.Weights(v).ToArray())).ToArray();
        AssertInterval(point.BestF1, draws.Select(n => n.BestF1(c) ?? double.NaN));
        AssertInterval(point.Coverage, draws.Select(n => n.Coverage(c, set)));
        AssertInterval(point.CategoricalFeatures, draws.Select(n => n.Sum(d => n.N(c, d)) > 0 ? real.CategoricalIn(n, k, c) : double.NaN));

        var permuted = permutations.Select(l => new Naive(probe, activations, l[k], once)).ToArray();
        var values = permuted.Select(n => n.BestF1(c) ?? 0).Order().ToArray();
        AssertClose(values.Average(), point.BestF1.Null);
        AssertClose(values[^1], point.BestF1Null99);
        AssertClose(nulls.Average(n => (double)n.Categorical(k, c).Length), point.CategoricalFeatures.Null);
        AssertClose(nulls.Select((n, p) => Zeroed(permuted[p].Coverage(c, n.Categorical(k, c)))).Average(), point.Coverage.Null);
    }

    private static double Zeroed(double value) => double.IsNaN(value) ? 0 : value;

    private static void AssertInterval(Estimate estimate, IEnumerable<double> draws)
    {
        var sorted = draws.Where(v => !double.IsNaN(v)).Order().ToArray();
        if (sorted.Length == 0)
        {
            Assert.Equal((estimate.Value, estimate.Value), (estimate.Low, estimate.High));
            return;
        }

        AssertClose(At(0.025), estimate.Low);
        AssertClose(At(0.975), estimate.High);

        double At(double level)
        {
            var position = level * (sorted.Length - 1);
            var below = (int)Math.Floor(position);
            return sorted[below] + (position - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
        }
    }

    private static void AssertClose(double expected, double actual) => Assert.True(Math.Abs(expected - actual) < 1e-10, $"{expected} expected, {actual} found");
}
