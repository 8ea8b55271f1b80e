using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>A number as the shim takes it: kind 0 whole, 1 real, 2 truth value, 3 absent.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Number
{
    internal readonly long Kind;
    internal readonly long Whole;
    internal readonly double Real;

    private Number(long kind, long whole, double real) => (Kind, Whole, Real) = (kind, whole, real);

    internal static Number Absent => new(3, 0, 0);
    internal static Number One => new(0, 1, 0);
    internal static Number Of(long value) => new(0, value, 0);
    internal static Number Of(double value) => new(1, 0, value);
    internal static Number Of(bool value) => new(2, value ? 1 : 0, 0);

    internal double AsDouble => Kind == 1 ? Real : Whole;

    /// <summary>The whole part of a real number; throws OverflowException where it does not fit.</summary>
    internal long AsWhole => Kind == 1 ? checked((long)Real) : Whole;

    internal bool AsBool => Kind == 1 ? Real != 0 : Whole != 0;
}
