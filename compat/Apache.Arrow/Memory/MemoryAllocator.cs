using System.Buffers;

namespace Apache.Arrow.Memory;

/// <summary>Where the memory of buffers comes from. The default takes it from the garbage-collected heap.</summary>
public abstract class MemoryAllocator
{
    protected MemoryAllocator(int alignment = 64) => Alignment = alignment;

    /// <summary>The allocator used when none is given.</summary>
    public static Lazy<MemoryAllocator> Default { get; } = new(() => new ManagedAllocator());

    protected int Alignment { get; }

    /// <summary>Allocates zeroed memory.</summary>
    /// <param name="length">Bytes, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below zero.</exception>
    public IMemoryOwner<byte> Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return AllocateInternal(length, out _);
    }

    protected abstract IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated);

    private sealed class ManagedAllocator : MemoryAllocator
    {
        protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
        {
            bytesAllocated = length;
            return new ManagedMemory(length);
        }
    }

    private sealed class ManagedMemory(int length) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = new byte[length];

        public void Dispose()
        {
        }
    }
}
