using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow.Types;

namespace Apache.Arrow.Ipc;

/// <summary>Whether indices stand inside their dictionary.</summary>
internal static class DictionaryIndices
{
    /// <summary>The first index that does not, of values that are there; −1 when all do.</summary>
    /// <param name="indices">The indices.</param>
    /// <param name="type">Their type.</param>
    /// <param name="validity">Which values are there; empty for all.</param>
    /// <param name="length">How many.</param>
    /// <param name="limit">Size of the dictionary.</param>
    public static int FirstOutside(ReadOnlySpan<byte> indices, IArrowType type, ReadOnlySpan<byte> validity, int length, int limit)
    {
        var first = type.TypeId switch
        {
            ArrowTypeId.UInt8 => FirstOutside<byte>(indices, length, limit),
            ArrowTypeId.Int8 => FirstOutside<sbyte>(indices, length, limit),
            ArrowTypeId.UInt16 => FirstOutside<ushort>(indices, length, limit),
            ArrowTypeId.Int16 => FirstOutside<short>(indices, length, limit),
            ArrowTypeId.UInt32 => FirstOutside<uint>(indices, length, limit),
            ArrowTypeId.Int32 => FirstOutside<int>(indices, length, limit),
            ArrowTypeId.UInt64 => FirstOutside<ulong>(indices, length, limit),
            _ => FirstOutside<long>(indices, length, limit),
        };
        if (first < 0 || validity.IsEmpty)
        {
            return first;
        }

        // The index of a missing value may be anything: only here does it matter which values are there.
        for (var i = first; i < length; i++)
        {
            if (BitUtility.GetBit(validity, i) && (At(indices, type, i) is var index && (index < 0 || index >= limit)))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>An index.</summary>
    public static Int128 At(ReadOnlySpan<byte> indices, IArrowType type, int i) => type.TypeId switch
    {
        ArrowTypeId.UInt8 => indices[i],
        ArrowTypeId.Int8 => (sbyte)indices[i],
        ArrowTypeId.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(indices[(i * 2)..]),
        ArrowTypeId.Int16 => BinaryPrimitives.ReadInt16LittleEndian(indices[(i * 2)..]),
        ArrowTypeId.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(indices[(i * 4)..]),
        ArrowTypeId.Int32 => BinaryPrimitives.ReadInt32LittleEndian(indices[(i * 4)..]),
        ArrowTypeId.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(indices[(i * 8)..]),
        _ => BinaryPrimitives.ReadInt64LittleEndian(indices[(i * 8)..]),
    };

    private static int FirstOutside<T>(ReadOnlySpan<byte> indices, int length, int limit)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(indices)[..length];

        // Of no words every index is outside; the range below would be all numbers then.
        return limit == 0 ? (length == 0 ? -1 : 0)
            : values.IndexOfAnyExceptInRange(T.Zero, T.CreateSaturating(limit - 1));
    }
}
