using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public unsafe Tensor view(params long[] shape)
        {
            fixed (long* p = shape) return Take(Native.et_view(H, new Sizes(p, shape.Length), out var result), result);
        }

        public unsafe Tensor reshape(params long[] shape)
        {
            fixed (long* p = shape) return Take(Native.et_reshape(H, new Sizes(p, shape.Length), out var result), result);
        }

        public unsafe Tensor permute(params long[] permutation)
        {
            fixed (long* p = permutation) return Take(Native.et_permute(H, new Sizes(p, permutation.Length), out var result), result);
        }

        public Tensor permute(IEnumerable<long> permutation) => permute([.. permutation]);

        public unsafe Tensor repeat(params long[] sizes)
        {
            fixed (long* p = sizes) return Take(Native.et_repeat(H, new Sizes(p, sizes.Length), out var result), result);
        }

        public unsafe Tensor tile(long[] reps)
        {
            fixed (long* p = reps) return Take(Native.et_tile(H, new Sizes(p, reps.Length), out var result), result);
        }

        public unsafe Tensor flip(params long[] dims)
        {
            fixed (long* p = dims) return Take(Native.et_flip(H, new Sizes(p, dims.Length), out var result), result);
        }

        public Tensor expand(params long[] sizes) => expand((ReadOnlySpan<long>)sizes);

        public Tensor expand(long[] sizes, bool isImplicit = false) => expand((ReadOnlySpan<long>)sizes, isImplicit);

        public unsafe Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false)
        {
            fixed (long* p = sizes) return Take(Native.et_expand(H, new Sizes(p, sizes.Length), isImplicit, out var result), result);
        }

        public Tensor expand_as(Tensor other) => expand((ReadOnlySpan<long>)other.shape);

        public Tensor broadcast_to(params long[] shape) => expand((ReadOnlySpan<long>)shape);

        public Tensor view_as(Tensor other) => view(other.shape);

        public unsafe Tensor as_strided(long[] size, long[] strides, long storageOffset = 0)
        {
            fixed (long* p = size, q = strides)
                return Take(Native.et_as_strided(H, new Sizes(p, size.Length), new Sizes(q, strides.Length), storageOffset, out var result), result);
        }

        public Tensor roll(long shifts, long? dims = null) => dims is { } dim ? roll((ReadOnlySpan<long>)[shifts], [dim]) : roll((ReadOnlySpan<long>)[shifts]);

        public Tensor roll(long[] shifts) => roll((ReadOnlySpan<long>)shifts);

        public Tensor roll(long[] shifts, long[] dims) => roll((ReadOnlySpan<long>)shifts, dims);

        public unsafe Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default)
        {
            fixed (long* p = shifts, q = dims) return Take(Native.et_roll(H, new Sizes(p, shifts.Length), new Sizes(q, dims.Length), out var result), result);
        }

        public Tensor transpose(long dim0, long dim1) => Take(Native.et_transpose(H, dim0, dim1, out var result), result);

        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor t() => Take(Native.et_t(H, out var result), result);

        public Tensor T => Take(Native.et_numpy_t(H, out var result), result);

        public Tensor mT => transpose(-2, -1);

        public unsafe Tensor movedim(long[] source, long[] destination)
        {
            fixed (long* p = source, q = destination)
                return Take(Native.et_movedim(H, new Sizes(p, source.Length), new Sizes(q, destination.Length), out var result), result);
        }

        public Tensor unsqueeze(long dim) => Take(Native.et_unsqueeze(H, dim, out var result), result);

        public Tensor unsqueeze_(long dim) => Self(Native.et_unsqueeze_(H, dim));

        public Tensor squeeze(long? dim = null) =>
            dim is { } d ? Take(Native.et_squeeze_dim(H, d, out var one), one) : Take(Native.et_squeeze(H, out var all), all);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Take(Native.et_flatten(H, start_dim, end_dim, out var result), result);

        public Tensor ravel() => reshape(-1);

        public Tensor narrow(long dim, long start, long length) => Take(Native.et_narrow(H, dim, start, length, out var result), result);

        public Tensor slice(long dim, long start, long finish, long step) => Take(Native.et_slice(H, dim, start, finish, step, out var result), result);

        public Tensor select(long dim, long index) => Take(Native.et_select(H, dim, index, out var result), result);

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Take(Native.et_diagonal(H, offset, dim1, dim2, out var result), result);

        public Tensor diag(long diagonal = 0) => Take(Native.et_diag(H, diagonal, out var result), result);

        public Tensor tril(long diagonal = 0) => Take(Native.et_tril(H, diagonal, out var result), result);

        public Tensor triu(long diagonal = 0) => Take(Native.et_triu(H, diagonal, out var result), result);

        public Tensor[] split(long size, int dim = 0)
        {
            var status = Native.et_split(H, size, dim, out var parts);
            return parts.Take(status);
        }

        public Tensor[] split(params long[] sizes) => split((ReadOnlySpan<long>)sizes);

        public Tensor[] split(long[] sizes, long dim = 0) => split((ReadOnlySpan<long>)sizes, dim);

        public unsafe Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0)
        {
            fixed (long* p = sizes)
            {
                var status = Native.et_split_sizes(H, new Sizes(p, sizes.Length), dim, out var parts);
                return parts.Take(status);
            }
        }

        public Tensor[] chunk(long chunks, long dim = 0)
        {
            var status = Native.et_chunk(H, chunks, dim, out var parts);
            return parts.Take(status);
        }

        public Tensor[] unbind(long dimension = 0)
        {
            var status = Native.et_unbind(H, dimension, out var parts);
            return parts.Take(status);
        }

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null)
        {
            var result = Take(Native.et_repeat_interleave(H, repeats, dim ?? 0, dim is null, out var handle), handle);
            if (output_size is not { } expected || result.shape[dim is { } d ? result.Wrapped((int)d) : 0] == expected) return result;
            result.Dispose();
            throw new System.Runtime.InteropServices.ExternalException($"repeat_interleave: output_size {expected} is not what {repeats} repeats give");
        }
    }
}
