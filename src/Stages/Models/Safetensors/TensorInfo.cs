namespace Emergence.Stages.Models.Safetensors;

/// <summary>One tensor as a file's header describes it; every figure has been checked against the file.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Size of each dimension; empty for a scalar.</param>
/// <param name="Begin">Offset of the first byte, counted from the end of the header.</param>
/// <param name="End">Offset after the last byte, counted likewise.</param>
public sealed record TensorInfo(string Name, TensorType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Number of elements.</summary>
    public long Count => (End - Begin) / TensorTypes.Size(Type);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type}[{string.Join(", ", Shape)}]";
}
