using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Element type and device of a new tensor; -1 where not given.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Place(torch.ScalarType? type, torch.Device? device)
{
    internal readonly int Type = type is { } t ? (int)t : -1;
    internal readonly int DeviceType = device is null ? -1 : (int)device.type;
    internal readonly int DeviceIndex = device?.index ?? -1;
}
