using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>
/// From the fused projection to what attention multiplies: queries, keys and values head by head, the first two turned by
/// position (RoFormer, arXiv 2104.09864; pairs are (i, i + r/2), "NeoX halves").
/// </summary>
internal static class HeadSplit
{
    /// <summary>Splits and turns.</summary>
    /// <param name="projected"><c>[B·T, H·3·h]</c>, contiguous: per head its query, key and value.</param>
    /// <param name="config">Gives H, h and r.</param>
    /// <param name="length">T.</param>
    /// <param name="tables">Cosines and sines.</param>
    /// <returns>Query, key, value, each <c>[B·H, T, h]</c>, contiguous.</returns>
    public static (Tensor Query, Tensor Key, Tensor Value) Of(Tensor projected, ModelConfig config, int length, PositionTables.Entry tables) =>
        is_grad_enabled() || projected.device.type != DeviceType.CPU
            ? ByTensors(projected, config, length, tables)
            : InOnePass(projected, config, length, tables);

    /// <summary>With the tensor library's operations: for autograd and for other devices.</summary>
    internal static (Tensor Query, Tensor Key, Tensor Value) ByTensors(Tensor projected, ModelConfig config, int length, PositionTables.Entry tables)
    {
        var rows = projected.shape[0] / length;
        long heads = config.Heads, size = config.HeadSize, rotary = config.RotaryDimensions;
        var split = projected.view(rows, length, heads, 3, size).permute(3, 0, 2, 1, 4);             // [3, B, H, T, h]
        var queryKey = split.narrow(0, 0, 2);                                                        // [2, B, H, T, h]
        if (rotary > 0)
        {
            var first = queryKey.narrow(-1, 0, rotary / 2);                                          // [2, B, H, T, r/2]
            var second = queryKey.narrow(-1, rotary / 2, rotary / 2);
            queryKey = cat(
                [
                    (first * tables.Cos).addcmul_(second, tables.Sin, -1),
                    (second * tables.Cos).addcmul_(first, tables.Sin, 1),
                    queryKey.narrow(-1, rotary, size - rotary),
                ],
                -1);
        }

        Tensor Joined(Tensor part) => part.reshape(rows * heads, length, size);
        return (Joined(queryKey.select(0, 0)), Joined(queryKey.select(0, 1)), Joined(split.select(0, 2)));
    }

    /// <summary>
    /// In one pass over memory: the tensor operations loop over slices of r/2 numbers, for which they need ten times as long
    /// (a fifth of the whole forward pass at h = 32, r = 8).
    /// </summary>
    private static (Tensor Query, Tensor Key, Tensor Value) InOnePass(Tensor projected, ModelConfig config, int length, PositionTables.Entry tables)
    {
        var rows = (int)(projected.shape[0] / length);
        var (heads, size, half) = (config.Heads, config.HeadSize, config.RotaryDimensions / 2);
        Tensor[] parts = [.. Enumerable.Range(0, 3).Select(_ => empty([(long)rows * heads, length, size], ScalarType.Float32))];
        var source = Floats(projected);
        var query = Floats(parts[0]);
        var key = Floats(parts[1]);
        var value = Floats(parts[2]);
        for (var row = 0; row < rows; row++)
        {
            for (var t = 0; t < length; t++)
            {
                var cos = tables.CosValues.AsSpan(t * half, half);
                var sin = tables.SinValues.AsSpan(t * half, half);
                for (var head = 0; head < heads; head++)
                {
                    var from = source.Slice(((((row * length) + t) * heads) + head) * 3 * size, 3 * size);
                    var to = ((((row * heads) + head) * length) + t) * size;
                    Turn(from[..size], query.Slice(to, size), cos, sin);
                    Turn(from.Slice(size, size), key.Slice(to, size), cos, sin);
                    from.Slice(2 * size, size).CopyTo(value[to..]);
                }
            }
        }

        return (parts[0], parts[1], parts[2]);
    }

    private static void Turn(ReadOnlySpan<float> from, Span<float> to, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        from.CopyTo(to);
        var half = cos.Length;
        for (var i = 0; i < half; i++)
        {
            var (a, b) = (from[i], from[half + i]);
            to[i] = (a * cos[i]) - (b * sin[i]);
            to[half + i] = (b * cos[i]) + (a * sin[i]);
        }
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
