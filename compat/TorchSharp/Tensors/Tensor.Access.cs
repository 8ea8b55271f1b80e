using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        internal nint DataPointer
        {
            get
            {
                Native.Check(Native.et_data(H, out var pointer));
                return pointer;
            }
        }

        public Scalar ToScalar()
        {
            Native.Check(Native.et_item(H, out var number));
            return new Scalar(number);
        }

        /// <summary>The elements in the tensor's own memory; a tensor on another device is copied to the CPU first.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            if (ElementTypes.Of(typeof(T)) != dtype) throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
            return new TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        public T item<T>() where T : unmanaged
        {
            if (numel() != 1) throw new ArgumentException("Number of elements in the tensor must be 1");
            return data<T>()[0];
        }

        /// <summary>The memory of a contiguous CPU tensor of up to 2 GiB; valid as long as the tensor is.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                var facts = Facts;
                if (!facts.Contiguous) throw new InvalidOperationException("bytes of a tensor that is not contiguous: call contiguous() first.");
                if (facts.DeviceType != (int)DeviceType.CPU) throw new InvalidOperationException("bytes of a tensor that is not on the CPU: call cpu() first.");
                var length = facts.Elements * facts.ElementSize;
                if (length > int.MaxValue) throw new ArgumentException($"A span holds up to {int.MaxValue} bytes; the tensor has {length}.");
                return new Span<byte>((void*)DataPointer, (int)length);
            }
            set
            {
                var target = bytes;
                if (target.Length != value.Length) throw new ArgumentException($"The tensor has {target.Length} bytes, {value.Length} were given.");
                value.CopyTo(target);
            }
        }

        /// <summary>Fills a contiguous CPU tensor of any size from a stream; an early end throws <see cref="EndOfStreamException"/>.</summary>
        public unsafe void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            foreach (var (start, length) in Pieces(bufferSize)) stream.ReadExactly(new Span<byte>((byte*)DataPointer + start, length));
        }

        public unsafe void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            foreach (var (start, length) in Pieces(bufferSize)) stream.Write(new ReadOnlySpan<byte>((byte*)DataPointer + start, length));
        }

        private List<(long Start, int Length)> Pieces(int size)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
            var facts = Facts;
            if (!facts.Contiguous || facts.DeviceType != (int)DeviceType.CPU) throw new InvalidOperationException("Only a contiguous tensor on the CPU can be streamed.");
            var total = facts.Elements * facts.ElementSize;
            List<(long, int)> pieces = [];
            for (long start = 0; start < total; start += size) pieces.Add((start, (int)Math.Min(size, total - start)));
            return pieces;
        }
    }
}
