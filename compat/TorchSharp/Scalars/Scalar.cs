using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number given to or taken from a tensor: whole, real or a truth value, as libtorch keeps it. Holds no native memory.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly Number Number;

    internal Scalar(Number number) => Number = number;

    public torch.ScalarType Type => Number.Kind switch
    {
        0 => torch.ScalarType.Int64,
        1 => torch.ScalarType.Float64,
        _ => torch.ScalarType.Bool,
    };

    internal static Number OrAbsent(Scalar? scalar) => scalar?.Number ?? Number.Absent;

    public static implicit operator Scalar(byte value) => new(Number.Of((long)value));

    public static implicit operator Scalar(sbyte value) => new(Number.Of((long)value));

    public static implicit operator Scalar(short value) => new(Number.Of((long)value));

    public static implicit operator Scalar(int value) => new(Number.Of((long)value));

    public static implicit operator Scalar(long value) => new(Number.Of(value));

    public static implicit operator Scalar(Half value) => new(Number.Of((double)value));

    public static implicit operator Scalar(float value) => new(Number.Of((double)value));

    public static implicit operator Scalar(double value) => new(Number.Of(value));

    public static implicit operator Scalar(bool value) => new(Number.Of(value));

    public void Dispose()
    {
        // Nothing native to give back; the method is TorchSharp's.
    }
}
