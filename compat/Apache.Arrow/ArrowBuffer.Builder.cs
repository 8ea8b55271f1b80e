using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow.Memory;

namespace Apache.Arrow;

public readonly partial struct ArrowBuffer
{
    /// <summary>Collects values of one fixed size.</summary>
    public class Builder<T>
        where T : struct
    {
        private T[] _values;

        public Builder(int capacity = 8)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(capacity);
            _values = new T[capacity];
        }

        /// <summary>How many values fit before it grows.</summary>
        public int Capacity => _values.Length;

        /// <summary>How many values there are.</summary>
        public int Length { get; private set; }

        /// <summary>The values so far, and room behind them.</summary>
        public Span<T> Span => _values;

        /// <summary>Adds a value.</summary>
        public Builder<T> Append(T value)
        {
            Reserve(1);
            _values[Length++] = value;
            return this;
        }

        /// <summary>Adds values.</summary>
        public Builder<T> Append(ReadOnlySpan<T> source)
        {
            Reserve(source.Length);
            source.CopyTo(_values.AsSpan(Length));
            Length += source.Length;
            return this;
        }

        /// <summary>Adds values.</summary>
        public Builder<T> AppendRange(IEnumerable<T> values)
        {
            ArgumentNullException.ThrowIfNull(values);
            foreach (var value in values)
            {
                Append(value);
            }

            return this;
        }

        /// <summary>Makes room for more values.</summary>
        public Builder<T> Reserve(int additionalCapacity)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(additionalCapacity);
            var needed = checked(Length + additionalCapacity);
            if (needed > _values.Length)
            {
                System.Array.Resize(ref _values, Math.Max(needed, (int)Math.Min(2L * _values.Length, System.Array.MaxLength / Unsafe.SizeOf<T>())));
            }

            return this;
        }

        /// <summary>Sets the number of values; new ones are zero.</summary>
        public Builder<T> Resize(int capacity)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(capacity);
            if (capacity > Length)
            {
                Reserve(capacity - Length);
                System.Array.Clear(_values, Length, capacity - Length);
            }

            Length = capacity;
            return this;
        }

        /// <summary>Forgets the values.</summary>
        public Builder<T> Clear()
        {
            Length = 0;
            return this;
        }

        /// <summary>Copies the values into a buffer, padded with zeros to 64 bytes.</summary>
        public ArrowBuffer Build(MemoryAllocator? allocator = null) =>
            CopyOf(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(_values, 0, Length)), allocator);
    }
}
