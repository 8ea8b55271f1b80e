using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>What is asked about a tensor most often, fetched in one call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Facts
{
    internal readonly long Dimensions;
    internal readonly long Elements;
    internal readonly int Type;
    internal readonly int DeviceType;
    internal readonly int DeviceIndex;
    internal readonly int ElementSize;
    internal readonly Flag Contiguous;
    internal readonly Flag RequiresGrad;
    internal readonly Flag Leaf;
}
