using Apache.Arrow.Memory;
using Apache.Arrow.Types;

namespace Apache.Arrow;

public partial class ListArray
{
    /// <summary>Builds lists: <see cref="Append"/> begins one, its values go to <see cref="ValueBuilder"/>.</summary>
    public class Builder : IArrowArrayBuilder<ListArray, Builder>
    {
        private readonly ListType _type;
        private readonly ArrowBuffer.Builder<int> _offsets = new();
        private readonly ArrowBuffer.BitmapBuilder _validity = new();

        public Builder(IArrowType valueDataType)
            : this(new ListType(valueDataType))
        {
        }

        public Builder(Field valueField)
            : this(new ListType(valueField))
        {
        }

        private Builder(ListType type)
        {
            _type = type;
            ValueBuilder = BuilderOf(type.ValueDataType);
        }

        /// <summary>Where the values of the newest list go.</summary>
        public IArrowArrayBuilder<IArrowArray, IArrowArrayBuilder<IArrowArray>> ValueBuilder { get; }

        /// <inheritdoc/>
        public int Length => _offsets.Length;

        /// <summary>Begins a list.</summary>
        public Builder Append()
        {
            _offsets.Append(ValueBuilder.Length);
            _validity.Append(true);
            return this;
        }

        /// <summary>Adds a missing list.</summary>
        public Builder AppendNull()
        {
            _offsets.Append(ValueBuilder.Length);
            _validity.Append(false);
            return this;
        }

        /// <inheritdoc/>
        public Builder Reserve(int capacity)
        {
            _offsets.Reserve(capacity);
            return this;
        }

        /// <inheritdoc/>
        public Builder Clear()
        {
            _offsets.Clear();
            _validity.Clear();
            ValueBuilder.Clear();
            return this;
        }

        /// <inheritdoc/>
        public ListArray Build(MemoryAllocator? allocator = null)
        {
            var offsets = new ArrowBuffer.Builder<int>(Length + 1).Append(_offsets.Span[..Length]).Append(ValueBuilder.Length);
            return new ListArray(
                _type,
                Length,
                offsets.Build(allocator),
                ValueBuilder.Build(allocator),
                _validity.UnsetBitCount == 0 ? ArrowBuffer.Empty : _validity.Build(allocator),
                _validity.UnsetBitCount);
        }

        private static IArrowArrayBuilder<IArrowArray, IArrowArrayBuilder<IArrowArray>> BuilderOf(IArrowType type) => type switch
        {
            BooleanType => new BooleanArray.Builder(),
            UInt8Type => new UInt8Array.Builder(),
            Int8Type => new Int8Array.Builder(),
            UInt16Type => new UInt16Array.Builder(),
            Int16Type => new Int16Array.Builder(),
            UInt32Type => new UInt32Array.Builder(),
            Int32Type => new Int32Array.Builder(),
            UInt64Type => new UInt64Array.Builder(),
            Int64Type => new Int64Array.Builder(),
            FloatType => new FloatArray.Builder(),
            DoubleType => new DoubleArray.Builder(),
            StringType => new StringArray.Builder(),
            BinaryType => new BinaryArray.Builder(),
            TimestampType timestamp => new TimestampArray.Builder(timestamp),
            ListType list => new Builder(list.ValueField),
            _ => throw new NotSupportedException($"lists of {type.Name} are built from their offsets"),
        };
    }
}
