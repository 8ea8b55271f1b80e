using System.Buffers;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Emergence.Sinks.Arrow;

/// <summary>The bytes of a column's array, for Arrow to read where they are: nothing is copied. Owns nothing; the array outlives it.</summary>
/// <typeparam name="T">Type of the values.</typeparam>
internal sealed class ColumnBytes<T> : MemoryManager<byte>
    where T : unmanaged
{
    private readonly T[] _values;
    private readonly int _start;
    private readonly int _count;

    private ColumnBytes(ReadOnlyMemory<T> values)
    {
        var segment = MemoryMarshal.TryGetArray(values, out var found) ? found : new ArraySegment<T>(values.ToArray());
        (_values, _start, _count) = (segment.Array!, segment.Offset, segment.Count);
    }

    /// <summary>A column's values as a buffer.</summary>
    public static ArrowBuffer Of(ReadOnlyMemory<T> values) => values.IsEmpty ? ArrowBuffer.Empty : new ArrowBuffer(new ColumnBytes<T>(values).Memory);

    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(_values.AsSpan(_start, _count));

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        var handle = GCHandle.Alloc(_values, GCHandleType.Pinned);
        return new MemoryHandle((byte*)handle.AddrOfPinnedObject() + ((long)_start * sizeof(T)) + elementIndex, handle);
    }

    public override void Unpin()
    {
        // The handle that Pin gives out frees itself.
    }

    protected override void Dispose(bool disposing)
    {
    }
}
