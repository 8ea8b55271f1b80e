using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>A list of numbers as the shim takes it; valid while the memory is fixed. A count of -1 means "not given".</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct Sizes(long* values, long count)
{
    internal readonly long* Values = values;
    internal readonly long Count = count;
}
