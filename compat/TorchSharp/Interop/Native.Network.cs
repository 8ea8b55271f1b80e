using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/nn.inl
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_linear(TensorHandle input, TensorHandle weight, TensorHandle bias, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_layer_norm(TensorHandle input, Sizes shape, TensorHandle weight, TensorHandle bias, double eps, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_cross_entropy(TensorHandle input, TensorHandle target, TensorHandle weight, long reduction, long ignoreIndex, double smoothing, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_nll_loss(TensorHandle input, TensorHandle target, TensorHandle weight, long reduction, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_mse_loss(TensorHandle input, TensorHandle target, long reduction, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_l1_loss(TensorHandle input, TensorHandle target, long reduction, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_one_hot(TensorHandle self, long classes, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_dropout(TensorHandle self, double p, Flag training, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_softplus(TensorHandle self, double beta, double threshold, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_softmax(TensorHandle self, long dim, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_log_softmax(TensorHandle self, long dim, int type, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_attention(TensorHandle q, TensorHandle k, TensorHandle v, TensorHandle mask, double p, Flag causal, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_clip_grad_norm_(nint* parameters, long count, double maxNorm, double normType, out double result);
}
