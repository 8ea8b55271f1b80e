namespace Apache.Arrow;

/// <summary>A column of values of one type.</summary>
public interface IArrowArray : IDisposable
{
    /// <summary>How many values.</summary>
    int Length { get; }

    /// <summary>Where in its buffers it begins.</summary>
    int Offset { get; }

    /// <summary>How many values are missing.</summary>
    int NullCount { get; }

    /// <summary>Type and buffers.</summary>
    ArrayData Data { get; }

    /// <summary>Whether a value is missing.</summary>
    bool IsNull(int index);

    /// <summary>Whether a value is there.</summary>
    bool IsValid(int index);
}
