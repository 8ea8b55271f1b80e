using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>Turns queries or keys by position (RoFormer, arXiv 2104.09864; pairs are (i, i + r/2), "NeoX halves").</summary>
internal static class Rotary
{
    /// <summary>Turns the first r dimensions of every head.</summary>
    /// <param name="heads"><c>[B·T, n·h]</c>, contiguous; without autograd the result may take its place.</param>
    /// <param name="config">Gives h and r.</param>
    /// <param name="length">T.</param>
    /// <param name="tables">Cosines and sines.</param>
    /// <returns>As <paramref name="heads"/>, contiguous.</returns>
    public static Tensor Turned(Tensor heads, ModelConfig config, int length, PositionTables.Entry tables)
    {
        if (config.RotaryDimensions == 0)
        {
            return heads;
        }

        if (is_grad_enabled() || heads.device.type != DeviceType.CPU || heads.dtype != ScalarType.Float32)
        {
            return ByTensors(heads, config, length, tables);
        }

        InPlace(MemoryMarshal.Cast<byte, float>(heads.bytes), (int)heads.shape[1], config, length, tables);
        return heads;
    }

    /// <summary>With the tensor library's operations, in float32: for autograd, other devices and shorter types.</summary>
    internal static Tensor ByTensors(Tensor heads, ModelConfig config, int length, PositionTables.Entry tables)
    {
        long rows = heads.shape[0] / length, size = config.HeadSize, half = config.RotaryDimensions / 2;
        var split = heads.to_type(ScalarType.Float32).view(rows, length, -1, size);                  // [B, T, n, h]
        var cos = tables.Cos.unsqueeze(1);                                                           // [T, 1, r/2]
        var sin = tables.Sin.unsqueeze(1);
        var first = split.narrow(-1, 0, half);                                                       // [B, T, n, r/2]
        var second = split.narrow(-1, half, half);
        return cat(
            [
                (first * cos).addcmul_(second, sin, -1),
                (second * cos).addcmul_(first, sin, 1),
                split.narrow(-1, 2 * half, size - (2 * half)),
            ],
            -1).view(heads.shape).to_type(heads.dtype);
    }

    /// <summary>
    /// In one pass over memory: the tensor operations loop over slices of r/2 numbers, for which they need ten times as long
    /// (a fifth of the whole forward pass at h = 32, r = 8).
    /// </summary>
    private static void InPlace(Span<float> heads, int width, ModelConfig config, int length, PositionTables.Entry tables)
    {
        var half = config.RotaryDimensions / 2;
        for (int start = 0, token = 0; start < heads.Length; start += width, token++)
        {
            var t = token % length;
            var cos = tables.CosValues.AsSpan(t * half, half);
            var sin = tables.SinValues.AsSpan(t * half, half);
            for (var head = start; head < start + width; head += config.HeadSize)
            {
                Turn(heads.Slice(head, 2 * half), cos, sin);
            }
        }
    }

    private static void Turn(Span<float> head, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        var half = cos.Length;
        for (var i = 0; i < half; i++)
        {
            var (a, b) = (head[i], head[half + i]);
            head[i] = (a * cos[i]) - (b * sin[i]);
            head[half + i] = (b * cos[i]) + (a * sin[i]);
        }
    }
}
