using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>A new tensor object over the accumulated gradient, or null. Setting null drops the gradient and frees its memory.</summary>
        public Tensor? grad
        {
            get => TakeOrNull(Native.et_grad(H, out var result), result);
            set => Native.Check(Native.et_set_grad(H, Optional(value)));
        }

        public void retain_grad() => Native.Check(Native.et_retain_grad(H));

        public Tensor detach() => Take(Native.et_detach(H, out var result), result);

        public Tensor detach_() => Self(Native.et_detach_(H));

        public void backward() => autograd.Backward([this], [], retain: null, create: false, []);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.Backward([this], grad_tensors ?? [], retain_graph, create_graph, inputs ?? []);
    }
}
