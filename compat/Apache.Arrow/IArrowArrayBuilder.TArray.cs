using Apache.Arrow.Memory;

namespace Apache.Arrow;

/// <summary>Builds an array of one class.</summary>
public interface IArrowArrayBuilder<out TArray> : IArrowArrayBuilder
    where TArray : IArrowArray
{
    /// <summary>Makes the array of the values so far.</summary>
    TArray Build(MemoryAllocator? allocator);
}
