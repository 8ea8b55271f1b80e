using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Models.Kernels;

/// <summary>e^x of sixteen floats to 2 units in the last place; the framework's goes through float64 and takes three times as long.</summary>
internal static class Exponential
{
    // Beyond these e^x is no normal number.
    private const float Least = -87.3f;
    private const float Most = 87.3f;

    /// <summary>e^x; arguments beyond ±87.3 count as that, so nothing becomes infinite or denormal. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(Least)), Vector512.Create(Most));

        // x = n·ln 2 + r, |r| ≤ ln(2)/2; ln 2 in two parts, the first short enough for n times it to be exact.
        var n = Vector512.Round(x * 1.44269504f);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);

        // Taylor's series to the seventh power: the next term is below 2^-25 of the sum.
        var sum = Vector512.Create(1f / 5040);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 720));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 120));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 24));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1f / 6));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<float>.One);
        return sum * ((Vector512.ConvertToInt32Native(n) + Vector512.Create(127)) << 23).AsSingle();
    }
}
