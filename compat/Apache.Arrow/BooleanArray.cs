using Apache.Arrow.Memory;
using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Truth values, one bit each.</summary>
public class BooleanArray : Array
{
    public BooleanArray(ArrayData data)
        : base(Expect(data, ArrowTypeId.Boolean, 2))
    {
    }

    public BooleanArray(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(BooleanType.Default, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>The bits' memory.</summary>
    public ArrowBuffer ValueBuffer => Data.Buffers[1];

    /// <summary>A value; null when it is missing.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> lies outside the array.</exception>
    public bool? GetValue(int index)
    {
        CheckIndex(index);
        return IsValid(index) ? BitUtility.GetBit(ValueBuffer.Span, index + Offset) : null;
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : IArrowArrayBuilder<bool, BooleanArray, Builder>
    {
        private readonly ArrowBuffer.BitmapBuilder _values = new();
        private readonly ArrowBuffer.BitmapBuilder _validity = new();

        /// <inheritdoc/>
        public int Length => _values.Length;

        /// <summary>How many values are missing.</summary>
        public int NullCount => _validity.UnsetBitCount;

        /// <inheritdoc/>
        public Builder Append(bool value)
        {
            _values.Append(value);
            _validity.Append(true);
            return this;
        }

        /// <summary>Adds a value or a missing one.</summary>
        public Builder NullableAppend(bool? value) => value is { } v ? Append(v) : AppendNull();

        /// <inheritdoc/>
        public Builder Append(ReadOnlySpan<bool> span)
        {
            foreach (var value in span)
            {
                Append(value);
            }

            return this;
        }

        /// <inheritdoc/>
        public Builder AppendRange(IEnumerable<bool> values)
        {
            ArgumentNullException.ThrowIfNull(values);
            foreach (var value in values)
            {
                Append(value);
            }

            return this;
        }

        /// <inheritdoc/>
        public Builder AppendNull()
        {
            _values.Append(false);
            _validity.Append(false);
            return this;
        }

        /// <summary>Does nothing that can be seen: bits grow as they come.</summary>
        public Builder Reserve(int capacity)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(capacity);
            return this;
        }

        /// <inheritdoc/>
        public Builder Clear()
        {
            _values.Clear();
            _validity.Clear();
            return this;
        }

        /// <inheritdoc/>
        public BooleanArray Build(MemoryAllocator? allocator = null) =>
            new(_values.Build(allocator), NullCount == 0 ? ArrowBuffer.Empty : _validity.Build(allocator), Length, NullCount, 0);
    }
}
