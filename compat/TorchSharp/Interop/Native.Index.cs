using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/index.inl
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_index(TensorHandle self, IndexEntry* places, long count, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_index_put(TensorHandle self, IndexEntry* places, long count, TensorHandle value);

    [LibraryImport(Library)]
    internal static partial int et_index_put_scalar(TensorHandle self, IndexEntry* places, long count, Number value);

    [LibraryImport(Library)]
    internal static partial int et_index_put_tensors(TensorHandle self, nint* indices, long count, TensorHandle value, Flag accumulate);

    [LibraryImport(Library)]
    internal static partial int et_index_select(TensorHandle self, long dim, TensorHandle index, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_index_add(TensorHandle self, long dim, TensorHandle index, TensorHandle source, Number alpha, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_index_add_(TensorHandle self, long dim, TensorHandle index, TensorHandle source, Number alpha);

    [LibraryImport(Library)]
    internal static partial int et_index_copy(TensorHandle self, long dim, TensorHandle index, TensorHandle source, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_index_copy_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);

    [LibraryImport(Library)]
    internal static partial int et_index_fill(TensorHandle self, long dim, TensorHandle index, Number value, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_index_fill_(TensorHandle self, long dim, TensorHandle index, Number value);

    [LibraryImport(Library)]
    internal static partial int et_gather(TensorHandle self, long dim, TensorHandle index, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_scatter(TensorHandle self, long dim, TensorHandle index, TensorHandle source, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_scatter_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);

    [LibraryImport(Library)]
    internal static partial int et_scatter_add(TensorHandle self, long dim, TensorHandle index, TensorHandle source, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_scatter_add_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);

    [LibraryImport(Library)]
    internal static partial int et_masked_fill(TensorHandle self, TensorHandle mask, Number value, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_masked_fill_(TensorHandle self, TensorHandle mask, Number value);

    [LibraryImport(Library)]
    internal static partial int et_masked_select(TensorHandle self, TensorHandle mask, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_where(TensorHandle condition, TensorHandle x, TensorHandle y, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_where_list(TensorHandle condition, out HandleList result);

    [LibraryImport(Library)]
    internal static partial int et_nonzero(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_take(TensorHandle self, TensorHandle index, out nint result);
}
