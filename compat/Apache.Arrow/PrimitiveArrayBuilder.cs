using Apache.Arrow.Memory;

namespace Apache.Arrow;

/// <summary>Builds an array of values of one fixed size.</summary>
public abstract class PrimitiveArrayBuilder<T, TArray, TBuilder> : IArrowArrayBuilder<T, TArray, TBuilder>
    where T : struct
    where TArray : IArrowArray
    where TBuilder : class, IArrowArrayBuilder<TArray>
{
    protected TBuilder Instance => (this as TBuilder)!;

    protected ArrowBuffer.Builder<T> ValueBuffer { get; } = new();

    protected ArrowBuffer.BitmapBuilder ValidityBuffer { get; } = new();

    /// <inheritdoc/>
    public int Length => ValueBuffer.Length;

    /// <summary>How many values are missing.</summary>
    protected int NullCount => ValidityBuffer.UnsetBitCount;

    /// <inheritdoc/>
    public TBuilder Append(T value)
    {
        ValueBuffer.Append(value);
        ValidityBuffer.Append(true);
        return Instance;
    }

    /// <summary>Adds a value or a missing one.</summary>
    public TBuilder Append(T? value) => value is { } v ? Append(v) : AppendNull();

    /// <inheritdoc/>
    public TBuilder Append(ReadOnlySpan<T> span)
    {
        ValueBuffer.Append(span);
        ValidityBuffer.AppendRange(true, span.Length);
        return Instance;
    }

    /// <inheritdoc/>
    public TBuilder AppendRange(IEnumerable<T> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var value in values)
        {
            Append(value);
        }

        return Instance;
    }

    /// <inheritdoc/>
    public TBuilder AppendNull()
    {
        ValueBuffer.Append(default(T));
        ValidityBuffer.Append(false);
        return Instance;
    }

    /// <inheritdoc/>
    public TBuilder Reserve(int capacity)
    {
        ValueBuffer.Reserve(capacity);
        return Instance;
    }

    /// <inheritdoc/>
    public TBuilder Clear()
    {
        ValueBuffer.Clear();
        ValidityBuffer.Clear();
        return Instance;
    }

    /// <inheritdoc/>
    public TArray Build(MemoryAllocator? allocator = null) =>
        Build(ValueBuffer.Build(allocator), NullCount == 0 ? ArrowBuffer.Empty : ValidityBuffer.Build(allocator), Length, NullCount, 0);

    protected abstract TArray Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset);
}
