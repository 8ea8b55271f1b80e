using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>
/// What depends on positions alone, kept for each row length that has occurred: the causal masks and the rotary cosines and
/// sines (RoFormer, arXiv 2104.09864: angle of position t in pair i is t · base^(−2i/r), stretched where the model says so).
/// Owns its tensors.
/// </summary>
internal sealed class PositionTables(ModelConfig config, Device device) : IDisposable
{
    private readonly Dictionary<int, Entry> _entries = [];

    /// <summary>The tables for rows of <paramref name="length"/> tokens; they stay the property of this object.</summary>
    public Entry For(int length)
    {
        if (!_entries.TryGetValue(length, out var entry))
        {
            _entries[length] = entry = new Entry(config, device, length);
        }

        return entry;
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Dispose();
        }

        _entries.Clear();
    }

    /// <summary>Tables for one row length T.</summary>
    public sealed class Entry : IDisposable
    {
        private readonly Device _device;
        private readonly int _length;
        private readonly int? _window;
        private Tensor? _mask;
        private Tensor? _windowMask;

        public Entry(ModelConfig config, Device device, int length)
        {
            _device = device;
            _length = length;
            _window = config.SlidingWindow;
            var pairs = config.RotaryDimensions / 2;
            CosValues = new float[length * pairs];
            SinValues = new float[length * pairs];
            for (var i = 0; i < pairs; i++)
            {
                var frequency = Math.Pow(config.RotaryBase, -2.0 * i / config.RotaryDimensions);
                frequency = config.RotaryScaling?.Apply(frequency) ?? frequency;
                for (var t = 0; t < length; t++)
                {
                    CosValues[(t * pairs) + i] = (float)Math.Cos(t * frequency);
                    SinValues[(t * pairs) + i] = (float)Math.Sin(t * frequency);
                }
            }

            Cos = Kept(CosValues, [length, pairs]);
            Sin = Kept(SinValues, [length, pairs]);
        }

        /// <summary><c>[T, r/2]</c>.</summary>
        public Tensor Cos { get; }

        /// <summary><c>[T, r/2]</c>.</summary>
        public Tensor Sin { get; }

        /// <summary>The same numbers as <see cref="Cos"/>.</summary>
        public float[] CosValues { get; }

        /// <summary>The same numbers as <see cref="Sin"/>.</summary>
        public float[] SinValues { get; }

        /// <summary>
        /// <c>[1, T, T]</c>: 0 where a query (row) may look at a key (column), −∞ elsewhere. Position t sees s with s ≤ t and,
        /// with a sliding window w, t − s &lt; w (arXiv 2310.06825, section 2).
        /// </summary>
        /// <param name="sliding">Whether the window counts.</param>
        public Tensor Mask(bool sliding) => sliding && _window < _length
            ? _windowMask ??= MakeMask(_window.Value)
            : _mask ??= MakeMask(_length);

        public void Dispose()
        {
            Cos.Dispose();
            Sin.Dispose();
            _mask?.Dispose();
            _windowMask?.Dispose();
        }

        private Tensor MakeMask(int window)
        {
            var mask = new float[checked(_length * _length)];
            for (var t = 0; t < _length; t++)
            {
                var row = mask.AsSpan(t * _length, _length);
                row[..Math.Max(0, t + 1 - window)].Fill(float.NegativeInfinity);
                row[(t + 1)..].Fill(float.NegativeInfinity);
            }

            return Kept(mask, [1, _length, _length]);
        }

        private Tensor Kept(float[] values, long[] shape) => tensor(values, shape, device: _device).DetachFromDisposeScope();
    }
}
