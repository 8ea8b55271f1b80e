using System.Runtime.InteropServices;

namespace Apache.Arrow;

/// <summary>Values of one fixed size.</summary>
public abstract class PrimitiveArray<T> : Array
    where T : struct
{
    protected PrimitiveArray(ArrayData data)
        : base(data)
    {
    }

    /// <summary>The values' memory.</summary>
    public ArrowBuffer ValueBuffer => Data.Buffers[1];

    /// <summary>The values; where one is missing, whatever stands in its place.</summary>
    public ReadOnlySpan<T> Values => MemoryMarshal.Cast<byte, T>(ValueBuffer.Span).Slice(Offset, Length);

    /// <summary>A value; null when it is missing.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> lies outside the array.</exception>
    public T? GetValue(int index)
    {
        CheckIndex(index);
        return IsValid(index) ? Values[index] : null;
    }
}
