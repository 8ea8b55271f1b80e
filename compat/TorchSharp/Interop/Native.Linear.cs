using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/linear.inl
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_mm(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_bmm(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_matmul(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_mv(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_dot(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_outer(TensorHandle a, TensorHandle b, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_addmm(TensorHandle self, TensorHandle a, TensorHandle b, double beta, double alpha, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_addmm_(TensorHandle self, TensorHandle a, TensorHandle b, double beta, double alpha);

    [LibraryImport(Library)]
    internal static partial int et_addmv(TensorHandle self, TensorHandle a, TensorHandle b, double beta, double alpha, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_addmv_(TensorHandle self, TensorHandle a, TensorHandle b, double beta, double alpha);

    [LibraryImport(Library)]
    internal static partial int et_baddbmm(TensorHandle self, TensorHandle a, TensorHandle b, double beta, double alpha, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_baddbmm_(TensorHandle self, TensorHandle a, TensorHandle b, double beta, double alpha);

    [LibraryImport(Library)]
    internal static partial int et_addr(TensorHandle self, TensorHandle a, TensorHandle b, double beta, double alpha, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_addr_(TensorHandle self, TensorHandle a, TensorHandle b, double beta, double alpha);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int et_einsum(string equation, nint* operands, long count, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_norm(TensorHandle self, Number p, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_norm_dim(TensorHandle self, Number p, long dim, Flag keepdim, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_vector_norm(TensorHandle self, double ord, Sizes dims, Flag keepdim, out nint result);
}
