using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>C++'s bool: one byte, which .NET's marshalling does not assume.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Flag
{
    private readonly byte _value;

    private Flag(bool value) => _value = value ? (byte)1 : (byte)0;

    public static implicit operator Flag(bool value) => new(value);

    public static implicit operator bool(Flag flag) => flag._value != 0;
}
