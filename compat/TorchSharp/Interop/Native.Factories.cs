using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/factories.inl
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_empty(Sizes sizes, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_zeros(Sizes sizes, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_ones(Sizes sizes, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_full(Sizes sizes, Number value, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_empty_strided(Sizes sizes, Sizes strides, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_arange(Number start, Number stop, Number step, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_linspace(double start, double stop, long steps, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_eye(long rows, long columns, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_empty_like(TensorHandle model, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_zeros_like(TensorHandle model, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_ones_like(TensorHandle model, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_rand_like(TensorHandle model, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_randn_like(TensorHandle model, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_full_like(TensorHandle model, Number value, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_from_copy(nint memory, int sourceType, Sizes sizes, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_from_shared(nint memory, int type, long count, nint owner, delegate* unmanaged<nint, void> release, out nint result);
}
