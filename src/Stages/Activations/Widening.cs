using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Activations;

/// <summary>Sixteen-bit floats to float32, exactly, 32 at a time.</summary>
internal static class Widening
{
    private const uint HalfInfinity = 0x7C00;

    /// <summary>Widens bfloat16: the bits become the upper half of a float32.</summary>
    public static void BFloat16(ReadOnlySpan<ushort> from, Span<float> to)
    {
        var into = MemoryMarshal.Cast<float, uint>(to);
        var i = 0;
        for (; i + Vector512<ushort>.Count <= from.Length; i += Vector512<ushort>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(from.Slice(i, Vector512<ushort>.Count)));
            (low << 16).CopyTo(into[i..]);
            (high << 16).CopyTo(into[(i + Vector512<uint>.Count)..]);
        }

        for (; i < from.Length; i++)
        {
            into[i] = (uint)from[i] << 16;
        }
    }

    /// <summary>Widens IEEE half precision; subnormals, infinities and NaN included.</summary>
    public static void Half(ReadOnlySpan<ushort> from, Span<float> to)
    {
        var i = 0;
        for (; i + Vector512<ushort>.Count <= from.Length; i += Vector512<ushort>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Create(from.Slice(i, Vector512<ushort>.Count)));
            Half(low).CopyTo(to[i..]);
            Half(high).CopyTo(to[(i + Vector512<uint>.Count)..]);
        }

        for (; i < from.Length; i++)
        {
            to[i] = Half(Vector512.CreateScalar((uint)from[i])).ToScalar();
        }
    }

    // Exponent and mantissa move up by 13 bits and the exponent's bias grows from 15 to 127. A subnormal m·2^−24 is made as
    // (1 + m/1024)·2^−14 − 2^−14, which is exact and never a subnormal float32, so a processor that flushes those does no harm.
    private static Vector512<float> Half(Vector512<uint> bits)
    {
        var magnitude = bits & Vector512.Create(0x7FFFu);
        var shifted = magnitude << 13;
        var normal = shifted + Vector512.Create(112u << 23);
        var least = Vector512.Create(113u << 23);
        var subnormal = ((shifted + least).AsSingle() - least.AsSingle()).AsUInt32();
        var finite = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(0x0400u)), subnormal, normal);
        var special = shifted | Vector512.Create(0xFFu << 23);
        var value = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(HalfInfinity)), finite, special);
        return (value | ((bits & Vector512.Create(0x8000u)) << 16)).AsSingle();
    }
}
