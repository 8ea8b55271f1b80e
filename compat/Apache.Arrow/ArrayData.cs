using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Type, length and buffers of an array.</summary>
public sealed class ArrayData : IDisposable
{
    private const int Unknown = -1;

    public readonly IArrowType DataType;
    public readonly int Length;
    public readonly int Offset;
    public readonly ArrowBuffer[] Buffers;
    public readonly ArrayData[] Children;
    public readonly ArrayData? Dictionary;

    /// <summary>How many values are missing; −1 when nobody has counted.</summary>
    public int NullCount;

    public ArrayData(
        IArrowType dataType,
        int length, int nullCount = 0, int offset = 0,
        IEnumerable<ArrowBuffer>? buffers = null, IEnumerable<ArrayData>? children = null, ArrayData? dictionary = null)
        : this(dataType, length, nullCount, offset, buffers?.ToArray(), children?.ToArray(), dictionary)
    {
    }

    public ArrayData(
        IArrowType dataType,
        int length, int nullCount = 0, int offset = 0,
        ArrowBuffer[]? buffers = null, ArrayData[]? children = null, ArrayData? dictionary = null)
    {
        DataType = dataType;
        Length = length;
        NullCount = nullCount;
        Offset = offset;
        Buffers = buffers ?? [];
        Children = children ?? [];
        Dictionary = dictionary;
    }

    /// <summary>How many values are missing, counted when nobody has.</summary>
    public int GetNullCount()
    {
        if (NullCount == Unknown)
        {
            NullCount = Buffers.Length == 0 || Buffers[0].IsEmpty ? 0 : Length - BitUtility.CountBits(Buffers[0].Span, Offset, Length);
        }

        return NullCount;
    }

    /// <summary>A view of some of the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> lies behind the end.</exception>
    public ArrayData Slice(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        length = Math.Min(Length - offset, length);
        var nullCount = NullCount == 0 ? 0 : NullCount == Length ? length : Unknown;
        return new ArrayData(DataType, length, nullCount, Offset + offset, Buffers, Children, Dictionary);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in Buffers)
        {
            buffer.Dispose();
        }

        foreach (var child in Children)
        {
            child.Dispose();
        }

        Dictionary?.Dispose();
    }
}
