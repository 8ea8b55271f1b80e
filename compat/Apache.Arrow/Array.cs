using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Base of the arrays.</summary>
public abstract class Array : IArrowArray
{
    protected Array(ArrayData data) => Data = data ?? throw new ArgumentNullException(nameof(data));

    /// <inheritdoc/>
    public ArrayData Data { get; }

    /// <inheritdoc/>
    public int Length => Data.Length;

    /// <inheritdoc/>
    public int Offset => Data.Offset;

    /// <inheritdoc/>
    public int NullCount => Data.GetNullCount();

    /// <summary>A bit per value, set where it is there; empty when none is missing.</summary>
    public ArrowBuffer NullBitmapBuffer => Data.Buffers[0];

    /// <inheritdoc/>
    public bool IsValid(int index) => NullCount == 0 || NullBitmapBuffer.IsEmpty || BitUtility.GetBit(NullBitmapBuffer.Span, index + Offset);

    /// <inheritdoc/>
    public bool IsNull(int index) => !IsValid(index);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Data.Dispose();
        }
    }

    internal static ArrayData Expect(ArrayData data, ArrowTypeId typeId, int buffers)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.DataType.TypeId != typeId ? throw new ArgumentException($"Specified array type <{data.DataType.TypeId}> does not match expected type(s) <{typeId}>.", nameof(data))
            : data.Buffers.Length != buffers ? throw new ArgumentException($"Specified buffer count <{data.Buffers.Length}> does not match expected count <{buffers}>.", nameof(data))
            : data;
    }

    internal void CheckIndex(int index)
    {
        if ((uint)index >= (uint)Length)
        {
            throw new ArgumentOutOfRangeException(nameof(index));
        }
    }
}
