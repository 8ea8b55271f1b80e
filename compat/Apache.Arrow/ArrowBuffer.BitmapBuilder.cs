using Apache.Arrow.Memory;

namespace Apache.Arrow;

public readonly partial struct ArrowBuffer
{
    /// <summary>Collects bits, least significant first.</summary>
    public class BitmapBuilder
    {
        private readonly Builder<byte> _bytes;

        public BitmapBuilder(int capacity = 64) => _bytes = new Builder<byte>(BitUtility.ByteCount(capacity));

        /// <summary>How many bits there are.</summary>
        public int Length { get; private set; }

        /// <summary>How many of them are set.</summary>
        public int SetBitCount { get; private set; }

        /// <summary>How many of them are not.</summary>
        public int UnsetBitCount => Length - SetBitCount;

        /// <summary>Adds a bit.</summary>
        public BitmapBuilder Append(bool value)
        {
            if (Length % 8 == 0)
            {
                _bytes.Append((byte)0);
            }

            if (value)
            {
                BitUtility.SetBit(_bytes.Span, Length);
                SetBitCount++;
            }

            Length++;
            return this;
        }

        /// <summary>Adds bits.</summary>
        public BitmapBuilder AppendRange(IEnumerable<bool> values)
        {
            ArgumentNullException.ThrowIfNull(values);
            foreach (var value in values)
            {
                Append(value);
            }

            return this;
        }

        /// <summary>Adds the same bit several times.</summary>
        public BitmapBuilder AppendRange(bool value, int length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            for (var i = 0; i < length; i++)
            {
                Append(value);
            }

            return this;
        }

        /// <summary>Forgets the bits.</summary>
        public BitmapBuilder Clear()
        {
            _bytes.Clear();
            Length = 0;
            SetBitCount = 0;
            return this;
        }

        /// <summary>Copies the bits into a buffer, padded with zeros to 64 bytes.</summary>
        public ArrowBuffer Build(MemoryAllocator? allocator = null) => _bytes.Build(allocator);
    }
}
