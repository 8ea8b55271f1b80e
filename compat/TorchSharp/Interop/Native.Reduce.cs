using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/reduce.inl
internal static partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_max(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_min(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_median(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_all(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_any(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_argmax(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_argmin(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_trace(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_sum(TensorHandle self, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_mean(TensorHandle self, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_prod(TensorHandle self, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_sum_dims(TensorHandle self, Sizes dims, Flag keepdim, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_mean_dims(TensorHandle self, Sizes dims, Flag keepdim, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_prod_dim(TensorHandle self, long dim, Flag keepdim, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_var(TensorHandle self, Flag unbiased, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_var_dims(TensorHandle self, Sizes dims, Flag unbiased, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_std(TensorHandle self, Flag unbiased, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_std_dims(TensorHandle self, Sizes dims, Flag unbiased, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_all_dim(TensorHandle self, long dim, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_any_dim(TensorHandle self, long dim, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_argmax_dim(TensorHandle self, long dim, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_argmin_dim(TensorHandle self, long dim, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_logsumexp_dim(TensorHandle self, long dim, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_max_dim(TensorHandle self, long dim, Flag keepdim, out nint values, out nint indices);

    [LibraryImport(Library)]
    internal static partial int et_min_dim(TensorHandle self, long dim, Flag keepdim, out nint values, out nint indices);

    [LibraryImport(Library)]
    internal static partial int et_amax(TensorHandle self, Sizes dims, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_amin(TensorHandle self, Sizes dims, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_cumsum(TensorHandle self, long dim, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_cumprod(TensorHandle self, long dim, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_count_nonzero(TensorHandle self, Sizes dims, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_topk(TensorHandle self, long k, long dim, Flag largest, Flag sorted, out nint values, out nint indices);

    [LibraryImport(Library)]
    internal static partial int et_sort(TensorHandle self, long dim, Flag descending, Flag stable, out nint values, out nint indices);

    [LibraryImport(Library)]
    internal static partial int et_argsort(TensorHandle self, long dim, Flag descending, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_quantile(TensorHandle self, TensorHandle q, long dim, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_bincount(TensorHandle self, TensorHandle weights, long least, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_searchsorted(TensorHandle sorted, TensorHandle values, Flag asInt32, Flag right, out nint result);
}
