using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Minus the log-probability of the target class; input holds unnormalised scores [N, C, ...], target class numbers or probabilities.</summary>
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean,
                double label_smoothing = 0) =>
                Tensor.Take(Native.et_cross_entropy(input.H, target.H, Tensor.Optional(weight), (long)reduction, ignore_index, label_smoothing, out var result), result);

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Tensor.Take(Native.et_nll_loss(input.H, target.H, Tensor.Optional(weight), (long)reduction, out var result), result);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Tensor.Take(Native.et_mse_loss(input.H, target.H, (long)reduction, out var result), result);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Tensor.Take(Native.et_l1_loss(input.H, target.H, (long)reduction, out var result), result);
        }
    }
}
