using Emergence.Stages.Curves.Association;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves;

/// <summary>Everything about one layer under one labelling of all facets, from <see cref="Naive"/>.</summary>
internal sealed class NaiveLayer
{
    private readonly Naive[] _facets;
    private readonly ProbeSet _probe;

    public NaiveLayer(ProbeSet probe, float[][] activations, int[][] labels)
    {
        _probe = probe;
        var once = Enumerable.Repeat(1, probe.Documents.Count).ToArray();
        _facets = [.. labels.Select(l => new Naive(probe, activations, l, once))];
        foreach (var (k, f, c) in Cells())
        {
            Z[(k, f, c)] = _facets[k].Clusters(c) < 2 ? 0 : _facets[k].Z(f, c);
            P[(k, f, c)] = PValue(k, c, Z[(k, f, c)], _facets[k].Sum(d => _facets[k].X(f, c, d) + _facets[k].Y(f, c, d)) > 0);
        }

        // q from the definition: the least p'·m/rank(p') over all p' that are no smaller.
        foreach (var (cell, p) in P)
        {
            Q[cell] = Math.Min(1, P.Values.Where(o => o >= p).Min(o => o * P.Count / P.Values.Count(r => r <= o)));
        }
    }

    public Dictionary<(int Facet, int Feature, int Category), double> Z { get; } = [];

    public Dictionary<(int Facet, int Feature, int Category), double> P { get; } = [];

    public Dictionary<(int Facet, int Feature, int Category), double> Q { get; } = [];

    public double Cut => P.Where(p => Q[p.Key] < 0.05).Select(p => p.Value).DefaultIfEmpty(-1).Max();

    public IEnumerable<(int Facet, int Feature, int Category)> Cells() =>
        from k in Enumerable.Range(0, _facets.Length)
        from f in Enumerable.Range(0, _facets[k].Features)
        from c in Enumerable.Range(0, _probe.Facets[k].Categories.Count)
        select (k, f, c);

    public double PValue(int facet, int category, double z, bool fires)
    {
        double g = _facets[facet].Clusters(category), documents = _probe.Documents.Count;
        return g < 2 || !fires ? 1 : new StudentTail((int)g - 1).Upper(z * Math.Sqrt((g - 1) / g * documents / (documents - 1)));
    }

    /// <summary>Features categorical for a category on the whole probe set.</summary>
    public int[] Categorical(int facet, int category) => [.. Enumerable.Range(0, _facets[facet].Features).Where(f => Chosen(_facets[facet], facet, f, c => Q[(facet, f, c)] < 0.05) == category)];

    /// <summary>The same in a bootstrap draw with the cut on p of the whole probe set.</summary>
    public int CategoricalIn(Naive draw, int facet, int category)
    {
        var cut = Cut;
        return Enumerable.Range(0, draw.Features).Count(f => Chosen(draw, facet, f, c => PValue(facet, c, draw.Z(f, c), true) <= cut) == category);
    }

    private int Chosen(Naive counts, int facet, int feature, Func<int, bool> significant)
    {
        var passing = Enumerable.Range(0, _probe.Facets[facet].Categories.Count)
            .Where(c => counts.CountsPass(feature, c) && significant(c)).ToArray();
        return passing.Length == 0 ? -1 : passing.MaxBy(c => counts.F1(feature, c));
    }
}
