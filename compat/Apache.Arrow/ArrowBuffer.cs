using System.Buffers;
using Apache.Arrow.Memory;

namespace Apache.Arrow;

/// <summary>A stretch of memory that an array reads its values from.</summary>
public readonly partial struct ArrowBuffer : IDisposable
{
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly IMemoryOwner<byte>? _owner;

    public ArrowBuffer(ReadOnlyMemory<byte> data) => _memory = data;

    internal ArrowBuffer(IMemoryOwner<byte> owner)
    {
        _owner = owner;
        _memory = owner.Memory;
    }

    /// <summary>A buffer of no bytes.</summary>
    public static ArrowBuffer Empty => new(ReadOnlyMemory<byte>.Empty);

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Memory => _memory;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _memory.Span;

    /// <summary>Number of bytes, padding included.</summary>
    public int Length => _memory.Length;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _memory.IsEmpty;

    /// <inheritdoc/>
    public void Dispose() => _owner?.Dispose();

    internal static ArrowBuffer CopyOf(ReadOnlySpan<byte> bytes, MemoryAllocator? allocator)
    {
        var owner = (allocator ?? MemoryAllocator.Default.Value).Allocate(checked((int)BitUtility.RoundUpToMultipleOf64(bytes.Length)));
        bytes.CopyTo(owner.Memory.Span);
        return new ArrowBuffer(owner);
    }
}
