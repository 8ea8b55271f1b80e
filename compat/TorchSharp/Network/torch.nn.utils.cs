using TorchSharp.Interop;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static class utils
        {
            /// <summary>The norm of all gradients taken as one vector; where it is greater than max_norm, every gradient is scaled down by the same factor.</summary>
            public static unsafe double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                Tensor[] all = [.. tensors];
                fixed (nint* p = Tensor.Handles(all))
                {
                    var status = Native.et_clip_grad_norm_(p, all.Length, max_norm, norm_type, out var norm);
                    GC.KeepAlive(all);
                    Native.Check(status);
                    return norm;
                }
            }
        }
    }
}
