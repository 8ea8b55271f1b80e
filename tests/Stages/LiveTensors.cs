using static TorchSharp.torch;

namespace Emergence.Stages.Tests;

/// <summary>Tensors that live, without those that only wait for their finalizer: what an earlier test left must not go while one counts.</summary>
internal static class LiveTensors
{
    public static long Count
    {
        get
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }
    }
}
