using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Firing;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Curves.Association;

/// <summary>Turns one layer's tables into what is published about each feature.</summary>
internal sealed class FeatureReport(ProbeSet probe, FacetColumns columns, Labelling labelling)
{
    private readonly double[] _sums = new double[columns.Width];
    private readonly List<(float Activation, int Token)> _top = new(CurveDefaults.TopContexts + 1);
    private double[] _q = [];
    private double[] _p = [];
    private int[] _places = [];
    private readonly int[] _facetWords = new int[columns.Segments.Length];
    private readonly int[] _categoryWords = new int[columns.Width];

    /// <summary>Makes the rows of every feature.</summary>
    /// <param name="layer">Layer the rows name.</param>
    /// <param name="firings">Its firings.</param>
    /// <param name="table">Its table under the real labels, with every p-value.</param>
    public (List<FeaturePoint> Features, FiringColumns Firings) Make(int layer, FeatureFirings firings, AssociationTable table)
    {
        AdjustP(table);
        var points = new List<FeaturePoint>(table.FeatureCount);
        var rows = new FiringColumnsBuilder(CountRows(table));
        Array.Fill(_facetWords, -1);
        Array.Fill(_categoryWords, -1);
        for (var f = 0; f < table.FeatureCount; f++)
        {
            points.Add(Describe(f, firings.Tokens(f), firings.Values(f), table));
            AddRows(layer, f, table, rows);
        }

        return (points, rows.Build());
    }

    private void AdjustP(AssociationTable table)
    {
        if (_q.Length != table.P.Length)
        {
            _q = new double[table.P.Length];
            _p = new double[table.FeatureCount * columns.CategoryCount];
            _places = new int[_p.Length];
        }

        var count = 0;
        Array.Fill(_q, 1);
        for (var f = 0; f < table.FeatureCount; f++)
        {
            foreach (var segment in columns.Segments)
            {
                for (var at = f * columns.Width + segment.Start; at < f * columns.Width + segment.Labelled; at++)
                {
                    if (table.P[at] < 1)
                    {
                        _p[count] = table.P[at];
                        _places[count++] = at;
                    }
                }
            }
        }

        BenjaminiHochberg.Adjust(_p.AsSpan(0, count), _places.AsSpan(0, count), (long)table.FeatureCount * columns.CategoryCount, _q);
    }

    private FeaturePoint Describe(int feature, ReadOnlySpan<int> tokens, ReadOnlySpan<float> values, AssociationTable table)
    {
        Array.Clear(_sums);
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        foreach (var segment in columns.Segments)
        {
            var labels = labelling.Labels[segment.Facet];
            for (var i = 0; i < tokens.Length; i++)
            {
                _sums[segment.Start + labels[tokens[i]]] += values[i];
            }
        }

        KeepStrongest(tokens, values);
        var categorical = false;
        for (var k = 0; k < columns.Segments.Length; k++)
        {
            categorical |= table.Categorical[feature * columns.Segments.Length + k] >= 0;
        }

        return new FeaturePoint(
            feature,
            tokens.Length,
            (double)tokens.Length / probe.TokenCount,
            tokens.Length > 0 ? sum / tokens.Length : 0,
            _top.Count > 0 ? _top[0].Activation : 0,
            categorical,
            Associate(feature, table, categorical),
            Contexts());
    }

    private FeatureAssociation? Associate(int feature, AssociationTable table, bool onlyCategorical)
    {
        FacetSegment chosen = default;
        var column = -1;
        var best = 0.0;
        foreach (var segment in columns.Segments)
        {
            var own = table.Categorical[feature * columns.Segments.Length + segment.Facet];
            for (var c = segment.Start; c < segment.Labelled; c++)
            {
                var f1 = F1(feature, segment, c, table);
                if (f1 > best && (!onlyCategorical || c == own))
                {
                    (chosen, column, best) = (segment, c, f1);
                }
            }
        }

        if (column < 0)
        {
            return null;
        }

        var at = feature * columns.Width;
        double x = table.Firings[at + column], n = labelling.TotalInside[column], m = labelling.TotalOutside[column];
        var precision = x / table.Firings[at + chosen.Labelled];
        var facet = probe.Facets[chosen.Facet];
        return new FeatureAssociation(
            facet.Name, facet.Categories[column - chosen.Start], precision, x / n, best, precision / (n / (n + m)), table.Z[at + column], _q[at + column]);
    }

    private double F1(int feature, FacetSegment segment, int column, AssociationTable table) =>
        CategoryRule.F1(table.Firings[feature * columns.Width + column], table.Firings[feature * columns.Width + segment.Labelled], labelling.TotalInside[column]);

    /// <summary>The strongest activations, of equals the first in the text.</summary>
    private void KeepStrongest(ReadOnlySpan<int> tokens, ReadOnlySpan<float> values)
    {
        _top.Clear();
        var least = 0f;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (values[i] <= least && _top.Count == CurveDefaults.TopContexts)
            {
                continue;
            }

            var place = _top.Count;
            while (place > 0 && _top[place - 1].Activation < values[i])
            {
                place--;
            }

            _top.Insert(place, (values[i], tokens[i]));
            if (_top.Count > CurveDefaults.TopContexts)
            {
                _top.RemoveAt(CurveDefaults.TopContexts);
            }

            least = _top[^1].Activation;
        }
    }

    private TopContext[] Contexts()
    {
        var contexts = _top.Count == 0 ? [] : new TopContext[_top.Count];
        for (var i = 0; i < contexts.Length; i++)
        {
            contexts[i] = Context(_top[i].Token, _top[i].Activation);
        }

        return contexts;
    }

    private TopContext Context(int token, float activation)
    {
        // FirstToken is strictly ascending: a hit is a document's first token, a miss gives the complement of the next document.
        var found = Array.BinarySearch(probe.FirstToken, token);
        var document = found >= 0 ? found : ~found - 1;
        return new TopContext(document, token - probe.FirstToken[document], activation);
    }

    private int CountRows(AssociationTable table)
    {
        var count = 0;
        for (var at = 0; at < table.FeatureCount * columns.Width; at += columns.Width)
        {
            foreach (var segment in columns.Segments)
            {
                foreach (var firings in table.Firings.AsSpan(at + segment.Start, segment.Count))
                {
                    count += firings > 0 ? 1 : 0;
                }
            }
        }

        return count;
    }

    private void AddRows(int layer, int feature, AssociationTable table, FiringColumnsBuilder rows)
    {
        foreach (var segment in columns.Segments)
        {
            var facet = probe.Facets[segment.Facet];
            for (var c = 0; c < segment.Count; c++)
            {
                var column = segment.Start + c;
                var at = feature * columns.Width + column;
                if (table.Firings[at] > 0)
                {
                    if (_categoryWords[column] < 0)
                    {
                        _facetWords[segment.Facet] = rows.FacetOf(facet.Name);
                        _categoryWords[column] = rows.CategoryOf(facet.Categories[c]);
                    }

                    rows.Add(layer, feature, _facetWords[segment.Facet], _categoryWords[column], table.Firings[at], table.Documents[at], _sums[column]);
                }
            }
        }
    }
}
