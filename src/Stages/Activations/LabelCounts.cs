using Emergence.Stages.Curves.Association;
using Emergence.Stages.Firing;

namespace Emergence.Stages.Activations;

/// <summary>How often each feature fires on each label's rows; rows without a label do not count.</summary>
public sealed class LabelCounts
{
    /// <summary>Most counters: features times labels.</summary>
    public const long Most = 1 << 27;

    private readonly IReadOnlyList<string> _names;
    private readonly int[] _firings;
    private readonly long[] _labelled;
    private readonly long[] _rows;

    /// <param name="names">The different labels.</param>
    /// <param name="features">F; at most <see cref="Most"/> over the number of labels.</param>
    public LabelCounts(IReadOnlyList<string> names, int features)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)names.Count * features, Most, nameof(names));
        _names = names;
        _firings = new int[names.Count * features];
        _labelled = new long[features];
        _rows = new long[names.Count];
    }

    /// <summary>Counts rows.</summary>
    /// <param name="firings">What fires on each.</param>
    /// <param name="labels">Their labels' indices, −1 for none; as many as there are rows.</param>
    public void Add(TokenFirings firings, ReadOnlySpan<int> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Length, firings.TokenCount, nameof(labels));
        var features = _labelled.Length;
        for (var row = 0; row < labels.Length; row++)
        {
            if (labels[row] is not (>= 0 and var label))
            {
                continue;
            }

            _rows[label]++;
            foreach (var feature in firings.Features[firings.Offsets[row]..firings.Offsets[row + 1]])
            {
                _firings[(label * features) + feature]++;
                _labelled[feature]++;
            }
        }
    }

    /// <summary>The best feature of each label that has a row, in the order of the names. F1 as the curves define it.</summary>
    public IReadOnlyList<LabelFeature> Best()
    {
        var best = new List<LabelFeature>();
        for (var label = 0; label < _names.Count; label++)
        {
            if (_rows[label] > 0)
            {
                best.Add(Best(label));
            }
        }

        return best;
    }

    private LabelFeature Best(int label)
    {
        var features = _labelled.Length;
        var counts = _firings.AsSpan(label * features, features);
        var (feature, f1) = (-1, 0.0);
        for (var f = 0; f < features; f++)
        {
            if (CategoryRule.F1(counts[f], _labelled[f], _rows[label]) is var value && value > f1)
            {
                (feature, f1) = (f, value);
            }
        }

        var rows = _rows[label];
        return feature < 0
            ? new LabelFeature(_names[label], rows, -1, 0, 0, 0)
            : new LabelFeature(_names[label], rows, feature, f1, (double)counts[feature] / _labelled[feature], (double)counts[feature] / rows);
    }
}
