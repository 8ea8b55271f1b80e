using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae.Cores.Tensors;

/// <summary>A theory that needs an NVIDIA GPU and a libtorch built for it; skipped, with a message, without.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CudaTheoryAttribute : TheoryAttribute
{
    public CudaTheoryAttribute()
    {
        if (!cuda.is_available())
        {
            Skip = "libtorch sees no CUDA device here";
        }
    }
}
