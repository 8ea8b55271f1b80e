using Emergence.Stages.Curves;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves.Association;

public class FeatureReportTests
{
    private static readonly CurveOptions _options = new() { BootstrapDraws = 20, Permutations = 99, CategoricalPermutations = 1 };
    private readonly ProbeSet _probe = TestProbe.Random(21);

    [Fact]
    public void Feature_rows_say_how_often_and_how_strongly_it_fires_and_where_most()
    {
        var activations = TestProbe.RandomActivations(_probe, 10, 21);
        var curves = new CurveCalculator(_probe, _options).Compute(3, TestProbe.Log(_probe, activations));

        Assert.Equal(10, curves.Features.Count);
        foreach (var point in curves.Features)
        {
            var own = activations[point.Feature];
            var firing = Enumerable.Range(0, own.Length).Where(t => own[t] > 0).ToArray();
            Assert.Equal(firing.Length, point.Firings);
            Assert.Equal((double)firing.Length / _probe.TokenCount, point.Density);
            Assert.Equal(firing.Select(t => (double)own[t]).DefaultIfEmpty(0).Average(), point.MeanActivation, 1e-12);
            Assert.Equal(firing.Select(t => (double)own[t]).DefaultIfEmpty(0).Max(), point.MaxActivation);

            // Quarters as activations: ties are many, the earlier token comes first.
            var strongest = firing.OrderByDescending(t => own[t]).ThenBy(t => t).Take(8)
                .Select(t => new TopContext(_probe.DocumentOf(t), t - _probe.FirstToken[_probe.DocumentOf(t)], own[t]));
            Assert.Equal(strongest, point.TopContexts);
        }
    }

    [Fact]
    public void Feature_is_reported_for_its_category_of_highest_f1()
    {
        var activations = TestProbe.RandomActivations(_probe, 10, 22);
        var curves = new CurveCalculator(_probe, _options).Compute(3, TestProbe.Log(_probe, activations));
        var once = Enumerable.Repeat(1, _probe.Documents.Count).ToArray();
        var naive = Enumerable.Range(0, 2).Select(k => new Naive(_probe, activations, _probe.Labels(k), once)).ToArray();
        var layer = new NaiveLayer(_probe, activations, [_probe.Labels(0), _probe.Labels(1)]);

        foreach (var point in curves.Features.Where(f => !f.IsCategorical))
        {
            var (k, _, c) = layer.Cells().Where(cell => cell.Feature == point.Feature).MaxBy(cell => Math.Round(naive[cell.Facet].F1(cell.Feature, cell.Category), 12));
            if (naive[k].F1(point.Feature, c) == 0)
            {
                Assert.Null(point.Association);
                continue;
            }

            double x = naive[k].Sum(d => naive[k].X(point.Feature, c, d)), y = naive[k].Sum(d => naive[k].Y(point.Feature, c, d));
            double n = naive[k].Sum(d => naive[k].N(c, d)), m = naive[k].Sum(d => naive[k].M(c, d));
            Assert.Equal((_probe.Facets[k].Name, _probe.Facets[k].Categories[c]), (point.Association!.Facet, point.Association.Category));
            Assert.Equal(x / (x + y), point.Association.Precision, 1e-12);
            Assert.Equal(x / n, point.Association.Recall, 1e-12);
            Assert.Equal(naive[k].F1(point.Feature, c), point.Association.F1, 1e-12);
            Assert.Equal(x / (x + y) / (n / (n + m)), point.Association.Lift, 1e-12);
            Assert.Equal(layer.Z[(k, point.Feature, c)], point.Association.Z, 1e-9);
            Assert.Equal(layer.Q[(k, point.Feature, c)], point.Association.Q, 1e-9);
        }

        Assert.Null(curves.Features[^1].Association);
    }

    [Fact]
    public void Categorical_category_is_reported_even_where_another_has_higher_f1()
    {
        // Fires on most of pos 2 and nowhere else; genre 0 is so small a text that its F1 cannot compete; and the reverse with a
        // document facet of one category, whose F1 is higher because it covers everything, but whose lift is 1.
        Facet[] facets = [new("all", FacetKind.Document, ["text"]), new("pos", FacetKind.Token, ["a", "b", "c"])];
        var random = new Random(2);
        var probe = new ProbeSet(facets, [.. Enumerable.Range(0, 16).Select(d => new LabelledDocument(
            $"d{d}", new int[40], [new short[40], [.. Enumerable.Range(0, 40).Select(_ => (short)(random.Next(10) < 4 ? 2 : random.Next(2)))]]))]);
        var feature = Enumerable.Range(0, probe.TokenCount).Select(t => probe.Label(1, t) == 2 ? random.Next(2) : random.Next(6) == 0 ? 1f : 0).Select(v => (float)v).ToArray();
        var dense = Enumerable.Range(0, probe.TokenCount).Select(_ => random.Next(3) > 0 ? 1f : 0).ToArray();

        var curves = new CurveCalculator(probe, _options with { MinLift = 1.2 }).Compute(0, TestProbe.Log(probe, [feature, dense]));

        Assert.True(curves.Features[0].IsCategorical);
        Assert.Equal(("pos", "c"), (curves.Features[0].Association!.Facet, curves.Features[0].Association!.Category));
        Assert.False(curves.Features[1].IsCategorical);
        Assert.Equal("all", curves.Features[1].Association!.Facet);
    }

    [Fact]
    public void Firing_rows_hold_every_count_above_zero()
    {
        var activations = TestProbe.RandomActivations(_probe, 6, 23);
        var curves = new CurveCalculator(_probe, _options).Compute(3, TestProbe.Log(_probe, activations));

        var expected =
            from f in Enumerable.Range(0, 6)
            from k in Enumerable.Range(0, 2)
            from c in Enumerable.Range(0, _probe.Facets[k].Categories.Count)
            let labels = _probe.Labels(k)
            let tokens = Enumerable.Range(0, labels.Length).Where(t => activations[f][t] > 0 && labels[t] == c).ToArray()
            where tokens.Length > 0
            select new FiringRow(
                3, f, _probe.Facets[k].Name, _probe.Facets[k].Categories[c], tokens.Length, tokens.Select(_probe.DocumentOf).Distinct().Count(), tokens.Sum(t => (double)activations[f][t]));
        Assert.Equal(expected, curves.Firings);
    }
}
