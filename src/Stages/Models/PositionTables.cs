using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>
/// What depends on positions alone, kept for each row length that has occurred: the causal mask and the rotary cosines and
/// sines (RoFormer, arXiv 2104.09864: angle of position t in pair i is t · base^(−2i/r)). Owns its tensors.
/// </summary>
internal sealed class PositionTables(ModelConfig config, Device device) : IDisposable
{
    private readonly Dictionary<int, Entry> _entries = [];

    /// <summary>The tables for rows of <paramref name="length"/> tokens; they stay the property of this object.</summary>
    public Entry For(int length)
    {
        if (!_entries.TryGetValue(length, out var entry))
        {
            _entries[length] = entry = Make(length);
        }

        return entry;
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Mask.Dispose();
            entry.Cos.Dispose();
            entry.Sin.Dispose();
        }

        _entries.Clear();
    }

    private Entry Make(int length)
    {
        var pairs = config.RotaryDimensions / 2;
        var cos = new float[length * pairs];
        var sin = new float[length * pairs];
        for (var t = 0; t < length; t++)
        {
            for (var i = 0; i < pairs; i++)
            {
                var angle = t * Math.Pow(config.RotaryBase, -2.0 * i / config.RotaryDimensions);
                cos[(t * pairs) + i] = (float)Math.Cos(angle);
                sin[(t * pairs) + i] = (float)Math.Sin(angle);
            }
        }

        var mask = new float[length * length];
        for (var t = 0; t < length; t++)
        {
            mask.AsSpan((t * length) + t + 1, length - t - 1).Fill(float.NegativeInfinity);
        }

        return new Entry(Kept(mask, [1, length, length]), Kept(cos, [length, pairs]), Kept(sin, [length, pairs]), cos, sin);
    }

    private Tensor Kept(float[] values, long[] shape) => tensor(values, shape, device: device).DetachFromDisposeScope();

    /// <summary>Tables for one row length T.</summary>
    /// <param name="Mask"><c>[1, T, T]</c>: 0 where a query (row) may look at a key (column), −∞ elsewhere.</param>
    /// <param name="Cos"><c>[T, r/2]</c>.</param>
    /// <param name="Sin"><c>[T, r/2]</c>.</param>
    /// <param name="CosValues">The same numbers as <paramref name="Cos"/>.</param>
    /// <param name="SinValues">The same numbers as <paramref name="Sin"/>.</param>
    public sealed record Entry(Tensor Mask, Tensor Cos, Tensor Sin, float[] CosValues, float[] SinValues);
}
