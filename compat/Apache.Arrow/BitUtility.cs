using System.Buffers.Binary;
using System.Numerics;

namespace Apache.Arrow;

/// <summary>Bits in bytes, least significant first.</summary>
public static class BitUtility
{
    /// <summary>Whether a bit is set.</summary>
    public static bool GetBit(ReadOnlySpan<byte> data, int index) => ((data[index >> 3] >> (index & 7)) & 1) != 0;

    /// <summary>Sets a bit.</summary>
    public static void SetBit(Span<byte> data, int index) => data[index >> 3] |= (byte)(1 << (index & 7));

    /// <summary>Clears a bit.</summary>
    public static void ClearBit(Span<byte> data, int index) => data[index >> 3] &= (byte)~(1 << (index & 7));

    /// <summary>Sets or clears a bit.</summary>
    public static void SetBit(Span<byte> data, int index, bool value)
    {
        if (value)
        {
            SetBit(data, index);
        }
        else
        {
            ClearBit(data, index);
        }
    }

    /// <summary>How many of a range of bits are set.</summary>
    public static int CountBits(ReadOnlySpan<byte> data, int index, int length)
    {
        var end = index + length;
        var count = 0;
        for (; index < end && index % 8 != 0; index++)
        {
            count += GetBit(data, index) ? 1 : 0;
        }

        for (; end - index >= 64; index += 64)
        {
            count += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(data[(index >> 3)..]));
        }

        for (; index < end; index++)
        {
            count += GetBit(data, index) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Bytes that hold a number of bits.</summary>
    public static int ByteCount(int n) => checked((int)((n + 7L) / 8));

    /// <summary>The next multiple of 64.</summary>
    public static long RoundUpToMultipleOf64(long n) => RoundUpToMultiplePowerOfTwo(n, 64);

    /// <summary>The next multiple of 8.</summary>
    public static long RoundUpToMultipleOf8(long n) => RoundUpToMultiplePowerOfTwo(n, 8);

    /// <summary>The next multiple of a power of two.</summary>
    public static long RoundUpToMultiplePowerOfTwo(long n, int factor) => (n + (factor - 1)) & ~((long)factor - 1);
}
