using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Reverse-mode differentiation.</summary>
    public static class autograd
    {
        /// <summary>Gradients of outputs with respect to inputs, not accumulated anywhere; null for an unused input when allow_unused.</summary>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false,
            bool create_graph = false, bool allow_unused = false)
        {
            var given = grad_outputs ?? [];
            fixed (nint* o = Handles(outputs), i = Handles(inputs), g = Handles(given))
            {
                var status = Native.et_autograd_grad(o, outputs.Count, i, inputs.Count, g, given.Count, retain_graph, create_graph, allow_unused, out var list);
                GC.KeepAlive((outputs, inputs, given));
                return list.TakeOrNull(status)!;
            }
        }

        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) => Backward(tensors, grad_tensors ?? [], retain_graph, create_graph, inputs ?? []);

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) => Backward([tensor], grad_tensors ?? [], retain_graph, create_graph, inputs ?? []);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            Backward([tensor], [grad_tensor], retain_graph, create_graph, inputs ?? []);

        internal static unsafe void Backward(IList<Tensor> roots, IList<Tensor> grads, bool? retain, bool create, IList<Tensor> inputs)
        {
            fixed (nint* r = Handles(roots), g = Handles(grads), i = Handles(inputs))
            {
                var status = Native.et_backward(r, roots.Count, g, grads.Count, i, inputs.Count, retain is { } keep ? (keep ? 1 : 0) : -1, create);
                GC.KeepAlive((roots, grads, inputs));
                Native.Check(status);
            }
        }

        // A null tensor in a list of gradients means "one".
        private static nint[] Handles(IList<Tensor> tensors)
        {
            var handles = new nint[tensors.Count];
            for (var i = 0; i < handles.Length; i++) handles[i] = Tensor.Optional(tensors[i]).DangerousGetHandle();
            return handles;
        }
    }
}
