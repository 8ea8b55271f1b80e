using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Models.Kernels;

/// <summary>Turns heads by position (RoFormer, arXiv 2104.09864; pairs are (i, i + r/2)).</summary>
internal static unsafe class RotaryRows
{
    /// <summary>Turns consecutive heads of one token in place.</summary>
    /// <param name="heads">The first head's floats.</param>
    /// <param name="count">Number of heads.</param>
    /// <param name="size">Floats from one head to the next.</param>
    /// <param name="cos">Cosines of the token's position, <c>[r/2]</c>.</param>
    /// <param name="sin">Sines, likewise.</param>
    /// <param name="pairs">r/2.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* heads, int count, int size, float* cos, float* sin, int pairs)
    {
        for (var head = 0; head < count; head++, heads += size)
        {
            var i = 0;
            for (; i <= pairs - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var (a, b) = (Vector256.Load(heads + i), Vector256.Load(heads + pairs + i));
                var (c, s) = (Vector256.Load(cos + i), Vector256.Load(sin + i));
                ((a * c) - (b * s)).Store(heads + i);
                ((b * c) + (a * s)).Store(heads + pairs + i);
            }

            for (; i < pairs; i++)
            {
                var (a, b) = (heads[i], heads[pairs + i]);
                heads[i] = (a * cos[i]) - (b * sin[i]);
                heads[pairs + i] = (b * cos[i]) + (a * sin[i]);
            }
        }
    }
}
