using Apache.Arrow.Memory;

namespace Apache.Arrow;

/// <summary>Builds an array from values that are stored as another type.</summary>
public abstract class PrimitiveArrayBuilder<TFrom, TTo, TArray, TBuilder> : IArrowArrayBuilder<TFrom, TArray, TBuilder>
    where TTo : struct
    where TArray : IArrowArray
    where TBuilder : class, IArrowArrayBuilder<TArray>
{
    internal PrimitiveArrayBuilder(IArrowArrayBuilder<TTo, TArray, IArrowArrayBuilder<TArray>> builder) => ArrayBuilder = builder;

    protected TBuilder Instance => (this as TBuilder)!;

    protected IArrowArrayBuilder<TTo, TArray, IArrowArrayBuilder<TArray>> ArrayBuilder { get; }

    /// <inheritdoc/>
    public int Length => ArrayBuilder.Length;

    /// <inheritdoc/>
    public TBuilder Append(TFrom value)
    {
        ArrayBuilder.Append(ConvertTo(value));
        return Instance;
    }

    /// <inheritdoc/>
    public TBuilder Append(ReadOnlySpan<TFrom> span)
    {
        foreach (var value in span)
        {
            Append(value);
        }

        return Instance;
    }

    /// <inheritdoc/>
    public TBuilder AppendRange(IEnumerable<TFrom> values)
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
        ArrayBuilder.AppendNull();
        return Instance;
    }

    /// <inheritdoc/>
    public TBuilder Reserve(int capacity)
    {
        ArrayBuilder.Reserve(capacity);
        return Instance;
    }

    /// <inheritdoc/>
    public TBuilder Clear()
    {
        ArrayBuilder.Clear();
        return Instance;
    }

    /// <inheritdoc/>
    public TArray Build(MemoryAllocator? allocator = null) => ArrayBuilder.Build(allocator);

    protected abstract TTo ConvertTo(TFrom value);
}
