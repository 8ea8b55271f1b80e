using System.Numerics;

namespace Emergence.Stages.Sae.Formats;

/// <summary>Which latents of a row are active, from products and bias: v = product + bias, only v &gt; 0.</summary>
internal sealed class SavedSelection
{
    private readonly float[] _bias;
    private readonly float[]? _thresholds;
    private readonly PriorityQueue<int, (float Value, int Latent)> _kept = new(WeakestFirst);
    private readonly int _k;

    /// <param name="saved">What decides: k or thresholds.</param>
    public SavedSelection(SavedWeights saved)
    {
        _bias = saved.EncoderBias;
        _thresholds = saved.Thresholds;
        _k = saved.K ?? 0;
        Latents = new int[_bias.Length];
        Values = new float[_bias.Length];
    }

    // Of equal values the higher latent leaves first, as in training.
    private static readonly Comparer<(float Value, int Latent)> WeakestFirst = Comparer<(float Value, int Latent)>.Create(
        (a, b) => a.Value != b.Value ? a.Value.CompareTo(b.Value) : b.Latent.CompareTo(a.Latent));

    /// <summary>Active latents of the latest row, ascending.</summary>
    public int[] Latents { get; }

    /// <summary>Their values.</summary>
    public float[] Values { get; }

    /// <summary>Selects; returns how many are active.</summary>
    /// <param name="products"><c>[F]</c>.</param>
    public int Run(ReadOnlySpan<float> products) => _thresholds is null ? Greatest(products) : Above(products, _thresholds);

    private int Above(ReadOnlySpan<float> products, float[] thresholds)
    {
        var count = 0;
        for (var f = 0; f < products.Length; f++)
        {
            var value = products[f] + _bias[f];
            if (value > thresholds[f])
            {
                Latents[count] = f;
                Values[count++] = value;
            }
        }

        return count;
    }

    private int Greatest(ReadOnlySpan<float> products)
    {
        _kept.Clear();
        var least = 0f;
        var lanes = Vector<float>.Count;
        for (var begin = 0; begin < products.Length; begin += lanes)
        {
            var end = Math.Min(begin + lanes, products.Length);
            // Few rows of lanes hold anything new once k values are kept.
            if (end - begin == lanes && !Vector.GreaterThanAny(new Vector<float>(products[begin..]) + new Vector<float>(_bias, begin), new Vector<float>(least)))
            {
                continue;
            }

            for (var f = begin; f < end; f++)
            {
                var value = products[f] + _bias[f];
                if (value > least)
                {
                    least = Keep(f, value);
                }
            }
        }

        return Sorted();
    }

    // Takes a value in; returns what a later one must exceed.
    private float Keep(int latent, float value)
    {
        if (_kept.Count < _k)
        {
            _kept.Enqueue(latent, (value, latent));
        }
        else
        {
            _kept.EnqueueDequeue(latent, (value, latent));
        }

        return _kept.Count == _k && _kept.TryPeek(out _, out var weakest) ? weakest.Value : 0;
    }

    private int Sorted()
    {
        var count = 0;
        foreach (var (latent, (value, _)) in _kept.UnorderedItems)
        {
            Latents[count] = latent;
            Values[count++] = value;
        }

        Array.Sort(Latents, Values, 0, count);
        return count;
    }
}
