using System.Runtime.InteropServices;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Stretches of bytes.</summary>
public class BinaryArray : Array
{
    public BinaryArray(ArrayData data)
        : this(ArrowTypeId.Binary, data)
    {
    }

    public BinaryArray(ArrowTypeId typeId, ArrayData data)
        : base(Expect(data, typeId, 3))
    {
    }

    /// <summary>Memory of the offsets.</summary>
    public ArrowBuffer ValueOffsetsBuffer => Data.Buffers[1];

    /// <summary>Memory of the bytes.</summary>
    public ArrowBuffer ValueBuffer => Data.Buffers[2];

    /// <summary>Where each value begins, and where the last one ends; empty for an array of nothing that has no offsets.</summary>
    public ReadOnlySpan<int> ValueOffsets => ValueOffsetsBuffer.IsEmpty ? [] : MemoryMarshal.Cast<byte, int>(ValueOffsetsBuffer.Span).Slice(Offset, Length + 1);

    /// <summary>Bytes of a value; empty when it is missing.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> lies outside the array.</exception>
    public ReadOnlySpan<byte> GetBytes(int index) => GetBytes(index, out _);

    /// <summary>Bytes of a value, and whether it is missing.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> lies outside the array.</exception>
    public ReadOnlySpan<byte> GetBytes(int index, out bool isNull)
    {
        CheckIndex(index);
        isNull = IsNull(index);
        if (isNull)
        {
            return [];
        }

        var offsets = ValueOffsets;
        return ValueBuffer.Span[offsets[index]..offsets[index + 1]];
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : BuilderBase<BinaryArray, Builder>
    {
        public Builder()
            : base(BinaryType.Default)
        {
        }

        protected override BinaryArray Build(ArrayData data) => new(data);
    }

    /// <summary>Builds an array of stretches of bytes.</summary>
    public abstract class BuilderBase<TArray, TBuilder> : IArrowArrayBuilder<byte, TArray, TBuilder>
        where TArray : IArrowArray
        where TBuilder : class, IArrowArrayBuilder<byte, TArray, TBuilder>
    {
        protected BuilderBase(IArrowType dataType)
        {
            DataType = dataType;
            ValueOffsets.Append(0);
        }

        protected IArrowType DataType { get; }

        protected TBuilder Instance => (this as TBuilder)!;

        protected ArrowBuffer.Builder<int> ValueOffsets { get; } = new();

        protected ArrowBuffer.Builder<byte> ValueBuffer { get; } = new();

        protected ArrowBuffer.BitmapBuilder ValidityBuffer { get; } = new();

        /// <inheritdoc/>
        public int Length => ValueOffsets.Length - 1;

        protected int NullCount => ValidityBuffer.UnsetBitCount;

        /// <summary>Adds a value of one byte.</summary>
        public TBuilder Append(byte value) => Append(new ReadOnlySpan<byte>(in value));

        /// <summary>Adds a value.</summary>
        public TBuilder Append(ReadOnlySpan<byte> span)
        {
            ValueBuffer.Append(span);
            ValueOffsets.Append(ValueBuffer.Length);
            ValidityBuffer.Append(true);
            return Instance;
        }

        /// <summary>Adds values of one byte each.</summary>
        public TBuilder AppendRange(IEnumerable<byte> values)
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
            ValueOffsets.Append(ValueBuffer.Length);
            ValidityBuffer.Append(false);
            return Instance;
        }

        /// <inheritdoc/>
        public TBuilder Reserve(int capacity)
        {
            ValueOffsets.Reserve(capacity);
            return Instance;
        }

        /// <inheritdoc/>
        public TBuilder Clear()
        {
            ValueOffsets.Clear();
            ValueOffsets.Append(0);
            ValueBuffer.Clear();
            ValidityBuffer.Clear();
            return Instance;
        }

        /// <inheritdoc/>
        public TArray Build(MemoryAllocator? allocator = null) => Build(new ArrayData(
            DataType,
            Length,
            NullCount,
            0,
            new[] { NullCount == 0 ? ArrowBuffer.Empty : ValidityBuffer.Build(allocator), ValueOffsets.Build(allocator), ValueBuffer.Build(allocator) }));

        protected abstract TArray Build(ArrayData data);
    }
}
