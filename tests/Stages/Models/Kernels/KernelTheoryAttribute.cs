using System.Runtime.CompilerServices;
using Emergence.Stages.Models.Kernels;

namespace Emergence.Stages.Tests.Models.Kernels;

/// <summary>A test of the AVX-512 kernels, skipped where the processor cannot run them (libtorch computes there).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    /// <param name="file">Where the test stands.</param>
    /// <param name="line">Likewise.</param>
    public KernelTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        _ = (file, line);
        if (!Tile.IsSupported)
        {
            Skip = "this processor has no AVX-512, without which the kernels are not used";
        }
    }
}
