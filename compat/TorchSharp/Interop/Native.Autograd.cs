using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/autograd.inl
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_set_requires_grad(TensorHandle self, Flag on);

    [LibraryImport(Library)]
    internal static partial int et_retain_grad(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_grad(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_set_grad(TensorHandle self, TensorHandle grad);

    [LibraryImport(Library)]
    internal static partial int et_detach(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_detach_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_backward(nint* roots, long rootCount, nint* grads, long gradCount, nint* inputs, long inputCount, int retainGraph, Flag createGraph);

    [LibraryImport(Library)]
    internal static partial int et_autograd_grad(nint* outputs, long outputCount, nint* inputs, long inputCount, nint* grads, long gradCount, Flag retainGraph, Flag createGraph, Flag allowUnused, out HandleList result);

    [LibraryImport(Library)]
    internal static partial int et_grad_enabled(out Flag result);

    [LibraryImport(Library)]
    internal static partial int et_set_grad_enabled(Flag on);

    [LibraryImport(Library)]
    internal static partial int et_inference_enter(Flag on, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_inference_leave(nint mode);

    [LibraryImport(Library)]
    internal static partial int et_inference_enabled(out Flag result);
}
