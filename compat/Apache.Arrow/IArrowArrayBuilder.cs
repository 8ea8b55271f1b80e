namespace Apache.Arrow;

/// <summary>Builds an array value by value.</summary>
public interface IArrowArrayBuilder
{
    /// <summary>How many values there are.</summary>
    int Length { get; }
}
