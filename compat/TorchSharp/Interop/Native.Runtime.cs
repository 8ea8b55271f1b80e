using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/runtime.inl
internal static partial class Native
{
    [LibraryImport(Library)]
    internal static partial nint et_version();

    [LibraryImport(Library)]
    internal static partial int et_set_num_threads(int count);

    [LibraryImport(Library)]
    internal static partial int et_get_num_threads(out int result);

    [LibraryImport(Library)]
    internal static partial int et_set_num_interop_threads(int count);

    [LibraryImport(Library)]
    internal static partial int et_get_num_interop_threads(out int result);

    [LibraryImport(Library)]
    internal static partial int et_cuda_count(out int result);

    [LibraryImport(Library)]
    internal static partial int et_cuda_synchronize(long index);

    [LibraryImport(Library)]
    internal static partial int et_cuda_manual_seed_all(ulong seed);

    [LibraryImport(Library)]
    internal static partial int et_set_allow_tf32(Flag on);

    [LibraryImport(Library)]
    internal static partial int et_allow_tf32(out Flag result);
}
