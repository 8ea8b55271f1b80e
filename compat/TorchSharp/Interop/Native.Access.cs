using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/access.inl
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial long et_live();

    [LibraryImport(Library)]
    internal static partial long et_peak();

    [LibraryImport(Library)]
    internal static partial void et_free(nint self);

    [LibraryImport(Library)]
    internal static partial void et_free_list(nint* items);

    [LibraryImport(Library)]
    internal static partial int et_facts(TensorHandle self, out Facts result);

    [LibraryImport(Library)]
    internal static partial int et_shape(TensorHandle self, long* result, long count);

    [LibraryImport(Library)]
    internal static partial int et_strides(TensorHandle self, long* result, long count);

    [LibraryImport(Library)]
    internal static partial int et_storage_offset(TensorHandle self, out long result);

    [LibraryImport(Library)]
    internal static partial int et_data(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_item(TensorHandle self, out Number result);

    [LibraryImport(Library)]
    internal static partial int et_to(TensorHandle self, Place place, Flag copy, Flag nonBlocking, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_copy_(TensorHandle self, TensorHandle source, Flag nonBlocking);

    [LibraryImport(Library)]
    internal static partial int et_clone(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_alias(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_contiguous(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_pin_memory(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_is_pinned(TensorHandle self, out Flag result);
}
