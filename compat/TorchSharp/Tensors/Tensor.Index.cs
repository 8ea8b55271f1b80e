using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Entries(indices));
            set => index_put_(value, Entries(indices));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => index(Entries([i1]));
            set => index_put_(value, Entries([i1]));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(Entries([i1, i2]));
            set => index_put_(value, Entries([i1, i2]));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(Entries([i1, i2, i3]));
            set => index_put_(value, Entries([i1, i2, i3]));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(Entries([i1, i2, i3, i4]));
            set => index_put_(value, Entries([i1, i2, i3, i4]));
        }

        private static TensorIndex[] Entries(ReadOnlySpan<long> indices)
        {
            var entries = new TensorIndex[indices.Length];
            for (var i = 0; i < entries.Length; i++) entries[i] = TensorIndex.Single(indices[i]);
            return entries;
        }

        private static IndexEntry[] Packed(TensorIndex[] indices) => Array.ConvertAll(indices, index => index.Entry());

        public unsafe Tensor index(params TensorIndex[] indices)
        {
            fixed (IndexEntry* p = Packed(indices))
            {
                var status = Native.et_index(H, p, indices.Length, out var result);
                GC.KeepAlive(indices);
                return Take(status, result);
            }
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public unsafe Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            fixed (IndexEntry* p = Packed(indices))
            {
                var status = Native.et_index_put(H, p, indices.Length, value.H);
                GC.KeepAlive(indices);
                return Self(status);
            }
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, accumulate: false);

        public unsafe Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false)
        {
            fixed (nint* p = Handles(indices))
            {
                var status = Native.et_index_put_tensors(H, p, indices.Length, value.H, accumulate);
                GC.KeepAlive(indices);
                return Self(status);
            }
        }

        public unsafe Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            fixed (IndexEntry* p = Packed(indices))
            {
                var status = Native.et_index_put_scalar(H, p, indices.Length, value.Number);
                GC.KeepAlive(indices);
                return Self(status);
            }
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_select(long dim, Tensor index) => Take(Native.et_index_select(H, dim, index.H, out var result), result);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Take(Native.et_index_add(H, dim, index.H, source.H, alpha.Number, out var result), result);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Self(Native.et_index_add_(H, dim, index.H, source.H, alpha.Number));

        public Tensor index_copy(long dim, Tensor index, Tensor source) => Take(Native.et_index_copy(H, dim, index.H, source.H, out var result), result);

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Self(Native.et_index_copy_(H, dim, index.H, source.H));

        public Tensor index_fill(long dim, Tensor index, Scalar value) => Take(Native.et_index_fill(H, dim, index.H, value.Number, out var result), result);

        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Self(Native.et_index_fill_(H, dim, index.H, value.Number));

        public Tensor gather(long dim, Tensor index) => Take(Native.et_gather(H, dim, index.H, out var result), result);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Take(Native.et_scatter(H, dim, index.H, src.H, out var result), result);

        public Tensor scatter_(long dim, Tensor index, Tensor src) => Self(Native.et_scatter_(H, dim, index.H, src.H));

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Take(Native.et_scatter_add(H, dim, index.H, src.H, out var result), result);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Self(Native.et_scatter_add_(H, dim, index.H, src.H));

        public Tensor masked_fill(Tensor mask, Scalar value) => Take(Native.et_masked_fill(H, mask.H, value.Number, out var result), result);

        public Tensor masked_fill_(Tensor mask, Scalar value) => Self(Native.et_masked_fill_(H, mask.H, value.Number));

        public Tensor masked_select(Tensor mask) => Take(Native.et_masked_select(H, mask.H, out var result), result);

        public Tensor where(Tensor condition, Tensor y) => Take(Native.et_where(condition.H, H, y.H, out var result), result);

        public Tensor nonzero() => Take(Native.et_nonzero(H, out var result), result);

        public Tensor take(Tensor index) => Take(Native.et_take(H, index.H, out var result), result);
    }
}
