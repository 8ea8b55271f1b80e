using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>Rows of bfloat16: the upper half of a float32.</summary>
internal static unsafe class HalfRows
{
    /// <summary>Greatest relative error of rounding to 8 significant bits, half a unit in the last place.</summary>
    public const float Rounding = 1f / 256;

    private const int Lanes = PaddedMatrix.Lanes;

    /// <summary>
    /// Rounds a row to the nearest, ties to even. Returns (a little more than) the norms of the row, of what rounding took away, and of the
    /// rounded row. n a multiple of 16.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Norm, float Lost, float Rounded) Round(float* row, ushort* into, int n)
    {
        var norm = Vector512<float>.Zero;
        var lost = norm;
        var rounded = norm;
        var half = Vector512.Create(0x7FFFu);
        var one = Vector512.Create(1u);
        for (var i = 0; i < n; i += Lanes)
        {
            var value = Vector512.Load(row + i);
            var bits = value.AsUInt32();
            bits = (bits + half + ((bits >> 16) & one)) >> 16;
            var back = (bits << 16).AsSingle();
            Narrow(bits).Store(into + i);
            var difference = value - back;
            norm = Vector512.FusedMultiplyAdd(value, value, norm);
            lost = Vector512.FusedMultiplyAdd(difference, difference, lost);
            rounded = Vector512.FusedMultiplyAdd(back, back, rounded);
        }

        return (Above(norm), Above(lost), Above(rounded));
    }

    /// <summary>Sixteen numbers as float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* source)
    {
        var halves = Vector256.Load(source);
        if (Avx512F.IsSupported)
        {
            return (Avx512F.ConvertToVector512UInt32(halves) << 16).AsSingle();
        }

        var (lower, upper) = Vector256.Widen(halves);
        return (Vector512.Create(lower, upper) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Narrow(Vector512<uint> bits)
        => Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(bits) : Vector256.Narrow(bits.GetLower(), bits.GetUpper());

    // Rounding of the sum itself must not make a bound too small, nor squares that are no normal numbers any more.
    private static float Above(Vector512<float> squares) => (MathF.Sqrt(RowMath.Sum(squares)) * 1.0001f) + 1e-17f;
}
