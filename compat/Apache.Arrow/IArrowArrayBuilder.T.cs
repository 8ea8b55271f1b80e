namespace Apache.Arrow;

/// <summary>Builds an array from values of one type, in a chain of calls.</summary>
public interface IArrowArrayBuilder<T, out TArray, out TBuilder> : IArrowArrayBuilder<TArray, TBuilder>
    where TArray : IArrowArray
    where TBuilder : IArrowArrayBuilder<TArray>
{
    /// <summary>Adds a value.</summary>
    TBuilder Append(T value);

    /// <summary>Adds values.</summary>
    TBuilder Append(ReadOnlySpan<T> span);

    /// <summary>Adds values.</summary>
    TBuilder AppendRange(IEnumerable<T> values);
}
