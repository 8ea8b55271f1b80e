namespace TorchSharp.Modules
{
    /// <summary>A tensor that is trained. It takes over the memory of the tensor it is made from, which is invalid afterwards, and its place in its scope.</summary>
    public class Parameter(torch.Tensor data, bool requires_grad = true) : torch.Tensor(data, requires_grad);
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
