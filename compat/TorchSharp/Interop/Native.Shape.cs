using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/shape.inl
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_view(TensorHandle self, Sizes sizes, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_reshape(TensorHandle self, Sizes sizes, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_permute(TensorHandle self, Sizes sizes, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_repeat(TensorHandle self, Sizes sizes, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_tile(TensorHandle self, Sizes sizes, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_flip(TensorHandle self, Sizes sizes, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_expand(TensorHandle self, Sizes sizes, Flag isImplicit, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_as_strided(TensorHandle self, Sizes sizes, Sizes strides, long offset, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_roll(TensorHandle self, Sizes shifts, Sizes dims, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_transpose(TensorHandle self, long a, long b, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_t(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_numpy_t(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_unsqueeze(TensorHandle self, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_unsqueeze_(TensorHandle self, long dim);

    [LibraryImport(Library)]
    internal static partial int et_squeeze(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_squeeze_dim(TensorHandle self, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_flatten(TensorHandle self, long first, long last, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_movedim(TensorHandle self, Sizes from, Sizes to, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_narrow(TensorHandle self, long dim, long start, long length, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_slice(TensorHandle self, long dim, long start, long stop, long step, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_select(TensorHandle self, long dim, long index, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_diagonal(TensorHandle self, long offset, long dim1, long dim2, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_diag(TensorHandle self, long diagonal, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_tril(TensorHandle self, long diagonal, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_triu(TensorHandle self, long diagonal, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_split(TensorHandle self, long size, long dim, out HandleList result);

    [LibraryImport(Library)]
    internal static partial int et_split_sizes(TensorHandle self, Sizes sizes, long dim, out HandleList result);

    [LibraryImport(Library)]
    internal static partial int et_chunk(TensorHandle self, long chunks, long dim, out HandleList result);

    [LibraryImport(Library)]
    internal static partial int et_unbind(TensorHandle self, long dim, out HandleList result);

    [LibraryImport(Library)]
    internal static partial int et_cat(nint* parts, long count, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_stack(nint* parts, long count, long dim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_repeat_interleave(TensorHandle self, long repeats, long dim, Flag whole, out nint result);
}
