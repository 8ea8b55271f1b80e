namespace Apache.Arrow;

/// <summary>Builds an array of one class, in a chain of calls.</summary>
public interface IArrowArrayBuilder<out TArray, out TBuilder> : IArrowArrayBuilder<TArray>
    where TArray : IArrowArray
    where TBuilder : IArrowArrayBuilder<TArray>
{
    /// <summary>Adds a missing value.</summary>
    TBuilder AppendNull();

    /// <summary>Makes room for more values.</summary>
    TBuilder Reserve(int capacity);

    /// <summary>Forgets the values.</summary>
    TBuilder Clear();
}
