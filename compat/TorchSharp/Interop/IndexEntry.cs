using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>One entry between the brackets of an index, as the shim takes it (native/index.inl).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IndexEntry
{
    internal long Kind;
    internal long Start;
    internal long Stop;
    internal long Step;
    internal long Given;
    internal nint Tensor;
}
