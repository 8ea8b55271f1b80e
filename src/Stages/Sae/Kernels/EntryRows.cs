using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>Sums of batch rows over a latent's entries: its two gradient rows.</summary>
internal static unsafe class EntryRows
{
    private const int Lanes = PaddedMatrix.Lanes;
    private const int Block = 8 * Lanes;

    // An entry as four words: Error, Token, Value, Slope.
    private const int Words = 4;

    /// <summary>target [n] = Σ over entries of Value · errors[Error]; n a multiple of 16.</summary>
    public static void SumErrors(float* target, int n, float* errors, LatentIndex.Entry* entries, int count)
        => Sum(target, n, errors, (int*)entries, (float*)entries + 2, count);

    /// <summary>target [n] = Σ over entries of Slope · inputs[Token].</summary>
    public static void SumInputs(float* target, int n, float* inputs, LatentIndex.Entry* entries, int count)
        => Sum(target, n, inputs, (int*)entries + 1, (float*)entries + 3, count);

    private static void Sum(float* target, int n, float* matrix, int* rows, float* weights, int count)
    {
        var c = 0;
        for (; c + Block <= n; c += Block)
        {
            SumBlock(target + c, matrix + c, n, rows, weights, count);
        }

        for (; c < n; c += Lanes)
        {
            var sum = Vector512<float>.Zero;
            for (var j = 0; j < count; j++)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(matrix + ((long)rows[j * Words] * n) + c), Vector512.Create(weights[j * Words]), sum);
            }

            sum.Store(target + c);
        }
    }

    // Eight sums stay in registers while all rows pass by.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBlock(float* target, float* matrix, int stride, int* rows, float* weights, int count)
    {
        var s0 = Vector512<float>.Zero;
        var s1 = s0;
        var s2 = s0;
        var s3 = s0;
        var s4 = s0;
        var s5 = s0;
        var s6 = s0;
        var s7 = s0;
        for (var j = 0; j < count; j++)
        {
            var row = matrix + ((long)rows[j * Words] * stride);
            var w = Vector512.Create(weights[j * Words]);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(row), w, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(row + Lanes), w, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (2 * Lanes)), w, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (3 * Lanes)), w, s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (4 * Lanes)), w, s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (5 * Lanes)), w, s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (6 * Lanes)), w, s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (7 * Lanes)), w, s7);
        }

        s0.Store(target);
        s1.Store(target + Lanes);
        s2.Store(target + (2 * Lanes));
        s3.Store(target + (3 * Lanes));
        s4.Store(target + (4 * Lanes));
        s5.Store(target + (5 * Lanes));
        s6.Store(target + (6 * Lanes));
        s7.Store(target + (7 * Lanes));
    }
}
