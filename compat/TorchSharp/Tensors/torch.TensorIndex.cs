using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One entry between the brackets of an index: a number, a slice, a mask, an index tensor, all of a dimension, or a new one.</summary>
    public struct TensorIndex
    {
        private const long KindNone = 0, KindEllipsis = 1, KindNumber = 2, KindBool = 3, KindSlice = 4, KindTensor = 5;

        private IndexEntry _entry;
        private Tensor? _tensor;

        public static readonly TensorIndex Null = new() { _entry = { Kind = KindNone } };
        public static readonly TensorIndex None = Null;
        public static readonly TensorIndex Ellipsis = new() { _entry = { Kind = KindEllipsis } };
        public static readonly TensorIndex Colon = Slice();

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new()
        {
            _entry =
            {
                Kind = KindSlice,
                Start = start ?? 0,
                Stop = stop ?? 0,
                Step = step ?? 1,
                Given = (start is null ? 0 : 1) | (stop is null ? 0 : 2) | (step is null ? 0 : 4),
            },
        };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        /// <summary>Indices from the end (^n) count from the end of the dimension, as in C#.</summary>
        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value);

        public static TensorIndex Bool(bool value) => new() { _entry = { Kind = KindBool, Start = value ? 1 : 0 } };

        public static TensorIndex Single(long? index) => index is { } number ? new() { _entry = { Kind = KindNumber, Start = number } } : Null;

        public static TensorIndex Tensor(Tensor tensor) => new() { _entry = { Kind = KindTensor }, _tensor = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        /// <summary>The entry for a native call, during which the caller keeps the tensor alive.</summary>
        internal readonly IndexEntry Entry() => _entry with { Tensor = _tensor?.Handle ?? 0 };
    }
}
