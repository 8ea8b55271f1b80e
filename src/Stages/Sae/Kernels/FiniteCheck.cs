using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>Looks for NaN and infinity.</summary>
internal static class FiniteCheck
{
    /// <summary>Index of the first value that is not finite; −1 when all are.</summary>
    public static int FirstNonFinite(ReadOnlySpan<float> values)
    {
        var most = Vector512.Create(float.MaxValue);
        ref var first = ref MemoryMarshal.GetReference(values);
        var i = 0;
        for (; i + PaddedMatrix.Lanes <= values.Length; i += PaddedMatrix.Lanes)
        {
            // False for NaN too.
            if (!Vector512.LessThanOrEqualAll(Vector512.Abs(Vector512.LoadUnsafe(ref first, (nuint)i)), most))
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
