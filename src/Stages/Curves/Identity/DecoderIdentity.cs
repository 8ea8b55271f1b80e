using System.Runtime.Intrinsics;

namespace Emergence.Stages.Curves.Identity;

/// <summary>
/// Which latents are still the same feature (METRICS): cosine of decoder rows at least 0.7, or nearest neighbour among all latents
/// of the checkpoint before is the latent itself. Neighbours are searched only where the cosine is below 0.7.
/// </summary>
/// <remarks>Of equally near neighbours the latent itself wins. A zero row has no direction: its cosines are 0, and a neighbour must have a cosine above 0.</remarks>
internal static class DecoderIdentity
{
    /// <summary>Matches all latents.</summary>
    /// <param name="previous">Decoder rows at the checkpoint before, row-major <c>[features, d]</c>, finite.</param>
    /// <param name="now">Decoder rows now, of the same shape.</param>
    /// <param name="d">Row length.</param>
    public static IdentityMatch[] Match(float[] previous, float[] now, int d)
    {
        var features = now.Length / d;
        var matches = new IdentityMatch[features];
        float[]? perNorm = null;
        for (var i = 0; i < features; i++)
        {
            var row = now.AsSpan(i * d, d);
            var cosine = Cosine(previous.AsSpan(i * d, d), row);
            if (cosine >= CurveDefaults.IdentityCosine)
            {
                matches[i] = new IdentityMatch(cosine, true, -1, 0);
                continue;
            }

            perNorm ??= PerNorm(previous, d);
            var nearest = Nearest(previous, perNorm, row, i);
            var nearestCosine = nearest == i ? cosine : Cosine(previous.AsSpan(nearest * d, d), row);
            matches[i] = new IdentityMatch(cosine, nearest == i && cosine > 0, nearest, nearestCosine);
        }

        return matches;
    }

    /// <summary>Cosine of two vectors, summed in double precision, −1 to 1; 0 when either is zero.</summary>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double product = 0, squareA = 0, squareB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            squareA += (double)a[i] * a[i];
            squareB += (double)b[i] * b[i];
        }

        return squareA > 0 && squareB > 0 ? Math.Clamp(product / (Math.Sqrt(squareA) * Math.Sqrt(squareB)), -1, 1) : 0;
    }

    private static float[] PerNorm(float[] rows, int d)
    {
        var perNorm = new float[rows.Length / d];
        for (var i = 0; i < perNorm.Length; i++)
        {
            var square = 0.0;
            foreach (var value in rows.AsSpan(i * d, d))
            {
                square += (double)value * value;
            }

            perNorm[i] = square > 0 ? (float)(1 / Math.Sqrt(square)) : 0;
        }

        return perNorm;
    }

    private static int Nearest(float[] rows, float[] perNorm, ReadOnlySpan<float> row, int self)
    {
        var nearest = self;
        var best = Dot(rows.AsSpan(self * row.Length, row.Length), row) * perNorm[self];
        for (var j = 0; j < perNorm.Length; j++)
        {
            var cosine = Dot(rows.AsSpan(j * row.Length, row.Length), row) * perNorm[j];
            if (cosine > best)
            {
                (best, nearest) = (cosine, j);
            }
        }

        return nearest;
    }

    /// <summary>Always in lanes of 8 whatever the machine's vectors, and without fused multiply-add: the same bits everywhere.</summary>
    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum0 = Vector256<float>.Zero;
        var sum1 = Vector256<float>.Zero;
        var i = 0;
        for (; i + 16 <= a.Length; i += 16)
        {
            sum0 += Vector256.Create(a.Slice(i, 8)) * Vector256.Create(b.Slice(i, 8));
            sum1 += Vector256.Create(a.Slice(i + 8, 8)) * Vector256.Create(b.Slice(i + 8, 8));
        }

        // Lane by lane: the order of Vector256.Sum is not promised.
        var lanes = sum0 + sum1;
        var sum = 0f;
        for (var lane = 0; lane < 8; lane++)
        {
            sum += lanes.GetElement(lane);
        }

        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
