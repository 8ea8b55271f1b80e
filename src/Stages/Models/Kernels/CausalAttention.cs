using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Models.Kernels;

/// <summary>
/// Causal attention of one row of tokens at a time, straight from the projections' token-major output and back into it: softmax(q·kᵀ·scale)·v
/// head by head, fourteen queries at a time, only over the keys they may see. Nothing larger than fourteen rows of scores is ever written,
/// and nothing is transposed but the keys of one head. One object for each worker; owns its scratch memory.
/// </summary>
internal sealed unsafe class CausalAttention : IDisposable
{
    private readonly int _heads;
    private readonly int _keyHeads;
    private readonly int _size;
    private readonly FloatRows _keys;
    private readonly FloatRows _values;
    private readonly FloatRows _scores;
    private readonly FloatRows _mixed;
    private float _scale;
    private int _window;

    /// <summary>Takes scratch memory.</summary>
    /// <param name="heads">Query heads; a multiple of <paramref name="keyHeads"/>.</param>
    /// <param name="keyHeads">Key and value heads (grouped-query attention, arXiv 2305.13245).</param>
    /// <param name="size">Width of a head, h.</param>
    /// <param name="length">Longest row, in tokens.</param>
    public CausalAttention(int heads, int keyHeads, int size, int length)
    {
        (_heads, _keyHeads, _size) = (heads, keyHeads, size);
        var keys = Tile.PadColumns(length);

        // A row holds one input of 32 keys: the panels of the product, one after the other.
        _keys = new FloatRows(keys / Tile.Columns * size, Tile.Columns);
        _values = new FloatRows(keys, size);
        _scores = new FloatRows(Tile.Rows, keys);
        _mixed = new FloatRows(Tile.Rows, size);
    }

    /// <summary>Computes all heads of one row of tokens.</summary>
    /// <param name="query">First token's queries, head after head; whole tiles of tokens are read.</param>
    /// <param name="key">First token's keys, head after head.</param>
    /// <param name="value">First token's values, head after head.</param>
    /// <param name="stride">Floats from one token to the next, in all three.</param>
    /// <param name="length">Tokens of the row.</param>
    /// <param name="into">First token's result, head after head.</param>
    /// <param name="intoStride">Floats from one token's result to the next.</param>
    /// <param name="scale">What scores are multiplied by: 1/√h.</param>
    /// <param name="window">How many tokens a query sees, itself included; at least <paramref name="length"/> for all before it.</param>
    public void Run(float* query, float* key, float* value, nint stride, int length, float* into, nint intoStride, float scale, int window)
    {
        (_scale, _window) = (scale, window);
        var group = _heads / _keyHeads;
        for (var keyHead = 0; keyHead < _keyHeads; keyHead++)
        {
            PackKeys(key + (keyHead * _size), stride, length);
            CopyValues(value + (keyHead * _size), stride, length);
            for (var head = keyHead * group; head < (keyHead + 1) * group; head++)
            {
                for (var first = 0; first < length; first += Tile.Rows)
                {
                    Mix(query + (first * stride) + (head * _size), stride, first, Math.Min(Tile.Rows, length - first), into + (first * intoStride) + (head * _size), intoStride);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
        _scores.Dispose();
        _mixed.Dispose();
    }

    private void Mix(float* query, nint stride, int first, int count, float* into, nint intoStride)
    {
        // Whole panels of keys around those that any of these queries sees.
        var low = Math.Max(0, first - _window + 1) / Tile.Columns * Tile.Columns;
        var high = Tile.PadColumns(first + count);
        for (var key = low; key < high; key += Tile.Columns)
        {
            Tile.Multiply(count, query, stride, _keys.Row(key / Tile.Columns * _size), _keys.Stride, _size, _scores.Row(0) + key, _scores.Stride, null, add: false);
        }

        var scales = stackalloc float[Tile.Rows];
        for (var row = 0; row < count; row++)
        {
            scales[row] = 1 / Weigh(_scores.Row(row), low, Math.Max(0, first + row - _window + 1), first + row + 1, high);
        }

        for (var column = 0; column < _size; column += Tile.Columns)
        {
            Tile.Multiply(count, _scores.Row(0) + low, _scores.Stride, _values.Row(low) + column, _values.Stride, high - low, _mixed.Row(0) + column, _mixed.Stride, null, add: false);
        }

        for (var row = 0; row < count; row++)
        {
            var from = _mixed.Row(row);
            var to = into + (row * intoStride);
            for (var i = 0; i < _size; i++)
            {
                to[i] = from[i] * scales[row];
            }
        }
    }

    /// <summary>Scores from <paramref name="begin"/> to <paramref name="end"/> become e^(s − greatest), all others from low to high zero; gives their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Weigh(float* scores, int low, int begin, int end, int high)
    {
        new Span<float>(scores + low, begin - low).Fill(float.NegativeInfinity);
        new Span<float>(scores + end, high - end).Fill(float.NegativeInfinity);
        var greatest = Vector512.Create(float.NegativeInfinity);
        for (var i = low; i < high; i += Tile.Lanes)
        {
            greatest = Vector512.Max(greatest, Vector512.Load(scores + i));
        }

        var top = float.NegativeInfinity;
        for (var lane = 0; lane < Tile.Lanes; lane++)
        {
            top = MathF.Max(top, greatest[lane]);
        }

        var (scale, shift) = (Vector512.Create(_scale), Vector512.Create(-top * _scale));
        var sum = Vector512<float>.Zero;
        for (var i = low; i < high; i += Tile.Lanes)
        {
            var score = Vector512.Load(scores + i);
            var weight = Exponential.Of(Vector512.FusedMultiplyAdd(score, scale, shift));

            // The exponential of what is masked is small, but it must be nothing.
            weight = Vector512.ConditionalSelect(Vector512.Equals(score, Vector512.Create(float.NegativeInfinity)), Vector512<float>.Zero, weight);
            weight.Store(scores + i);
            sum += weight;
        }

        return Vector512.Sum(sum);
    }

    private void PackKeys(float* key, nint stride, int length)
    {
        for (var t = 0; t < length; t++, key += stride)
        {
            var to = _keys.Row(t / Tile.Columns * _size) + (t % Tile.Columns);
            for (var i = 0; i < _size; i++)
            {
                to[i * _keys.Stride] = key[i];
            }
        }
    }

    private void CopyValues(float* value, nint stride, int length)
    {
        for (var t = 0; t < length; t++, value += stride)
        {
            new ReadOnlySpan<float>(value, _size).CopyTo(_values.Values(t));
        }

        // Weights of keys after the last are zero, but zero times what an earlier row left there may be no number.
        for (var t = length; t < Tile.PadColumns(length); t++)
        {
            _values.Values(t).Clear();
        }
    }
}
