using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static int TypeOrAbsent(ScalarType? type) => type is { } t ? (int)t : -1;

        public Tensor sum(ScalarType? type = null) => Take(Native.et_sum(H, TypeOrAbsent(type), out var result), result);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)[dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)[dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum((ReadOnlySpan<long>)[dim0, dim1, dim2], keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)dim, keepdim, type);

        public unsafe Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* p = dim) return Take(Native.et_sum_dims(H, new Sizes(p, dim.Length), keepdim, TypeOrAbsent(type), out var result), result);
        }

        public Tensor mean() => Take(Native.et_mean(H, -1, out var result), result);

        public unsafe Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* p = dimensions) return Take(Native.et_mean_dims(H, new Sizes(p, dimensions.Length), keepdim, TypeOrAbsent(type), out var result), result);
        }

        public Tensor prod(ScalarType? type = null) => Take(Native.et_prod(H, TypeOrAbsent(type), out var result), result);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Take(Native.et_prod_dim(H, dim, keepdim, TypeOrAbsent(type), out var result), result);

        public Tensor var(bool unbiased = true) => Take(Native.et_var(H, unbiased, out var result), result);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var((ReadOnlySpan<long>)[dim], unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var((ReadOnlySpan<long>)dimensions, unbiased, keepdim, type);

        public unsafe Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* p = dimensions) return Typed(Take(Native.et_var_dims(H, new Sizes(p, dimensions.Length), unbiased, keepdim, out var result), result), type);
        }

        public Tensor std(bool unbiased = true) => Take(Native.et_std(H, unbiased, out var result), result);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std((ReadOnlySpan<long>)[dim], unbiased, keepdim, type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std((ReadOnlySpan<long>)dimensions, unbiased, keepdim, type);

        public unsafe Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* p = dimensions) return Typed(Take(Native.et_std_dims(H, new Sizes(p, dimensions.Length), unbiased, keepdim, out var result), result), type);
        }

        private static Tensor Typed(Tensor result, ScalarType? type) => type is { } t ? result.to(t, disposeAfter: true) : result;

        public Tensor max() => Take(Native.et_max(H, out var result), result);

        public Tensor max(Tensor other) => maximum(other);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) =>
            Take(Native.et_max_dim(H, dim, keepdim, out var values, out var indices), values, indices);

        public Tensor min() => Take(Native.et_min(H, out var result), result);

        public Tensor min(Tensor other) => minimum(other);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) =>
            Take(Native.et_min_dim(H, dim, keepdim, out var values, out var indices), values, indices);

        public unsafe Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => amax((ReadOnlySpan<long>)dims, keepdim, @out);

        public Tensor amax(params long[] dims) => amax((ReadOnlySpan<long>)dims);

        public unsafe Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
        {
            fixed (long* p = dims) return Into(Take(Native.et_amax(H, new Sizes(p, dims.Length), keepdim, out var result), result), @out);
        }

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => amin((ReadOnlySpan<long>)dims, keepdim, @out);

        public Tensor amin(params long[] dims) => amin((ReadOnlySpan<long>)dims);

        public unsafe Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
        {
            fixed (long* p = dims) return Into(Take(Native.et_amin(H, new Sizes(p, dims.Length), keepdim, out var result), result), @out);
        }

        private static Tensor Into(Tensor result, Tensor? target)
        {
            if (target is null) return result;
            using (result) return target.copy_(result);
        }

        public Tensor median() => Take(Native.et_median(H, out var result), result);

        public Tensor all() => Take(Native.et_all(H, out var result), result);

        public Tensor all(long dim, bool keepdim = false) => Take(Native.et_all_dim(H, dim, keepdim, out var result), result);

        public Tensor any() => Take(Native.et_any(H, out var result), result);

        public Tensor any(long dim, bool keepdim = false) => Take(Native.et_any_dim(H, dim, keepdim, out var result), result);

        public Tensor argmax() => Take(Native.et_argmax(H, out var result), result);

        public Tensor argmax(long dim, bool keepdim = false) => Take(Native.et_argmax_dim(H, dim, keepdim, out var result), result);

        public Tensor argmin() => Take(Native.et_argmin(H, out var result), result);

        public Tensor argmin(long dim, bool keepdim = false) => Take(Native.et_argmin_dim(H, dim, keepdim, out var result), result);

        public Tensor logsumexp(long dim, bool keepdim = false) => Take(Native.et_logsumexp_dim(H, dim, keepdim, out var result), result);

        public Tensor trace() => Take(Native.et_trace(H, out var result), result);

        public Tensor cumsum(long dim, ScalarType? type = null) => Take(Native.et_cumsum(H, dim, TypeOrAbsent(type), out var result), result);

        public Tensor cumprod(long dim, ScalarType? type = null) => Take(Native.et_cumprod(H, dim, TypeOrAbsent(type), out var result), result);

        public unsafe Tensor count_nonzero(long[]? dims = null)
        {
            fixed (long* p = dims) return Take(Native.et_count_nonzero(H, new Sizes(p, dims?.Length ?? -1), out var result), result);
        }

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Take(Native.et_topk(H, k, dim, largest, sorted, out var values, out var indices), values, indices);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Take(Native.et_sort(H, dim, descending, stable, out var values, out var indices), values, indices);

        public Tensor argsort(long dim = -1, bool descending = false) => Take(Native.et_argsort(H, dim, descending, out var result), result);

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Take(Native.et_quantile(H, q.H, dim, keepdim, out var result), result);

        public Tensor bincount(Tensor? weights, long minlength = 0) => Take(Native.et_bincount(H, Optional(weights), minlength, out var result), result);
    }
}
