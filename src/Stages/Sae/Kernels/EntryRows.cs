using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>Sums of batch rows over a latent's entries: its two gradient rows.</summary>
internal static unsafe class EntryRows
{
    private const int Lanes = PaddedMatrix.Lanes;
    private const int Block = 8 * Lanes;

    /// <summary>target [n] = Σ over entries of Value · errors[Error]; n a multiple of 16.</summary>
    public static void SumErrors(float* target, int n, float* errors, LatentIndex.Entry* entries, int count)
    {
        var c = 0;
        for (; c + Block <= n; c += Block)
        {
            ErrorBlock(target + c, errors + c, n, entries, count);
        }

        for (; c < n; c += Lanes)
        {
            var sum = Vector512<float>.Zero;
            for (var j = 0; j < count; j++)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(errors + ((long)entries[j].Error * n) + c), Vector512.Create(entries[j].Value), sum);
            }

            sum.Store(target + c);
        }
    }

    /// <summary>target [n] = Σ over entries of Slope · inputs[Token].</summary>
    public static void SumInputs(float* target, int n, float* inputs, LatentIndex.Entry* entries, int count)
    {
        var c = 0;
        for (; c + Block <= n; c += Block)
        {
            InputBlock(target + c, inputs + c, n, entries, count);
        }

        for (; c < n; c += Lanes)
        {
            var sum = Vector512<float>.Zero;
            for (var j = 0; j < count; j++)
            {
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(inputs + ((long)entries[j].Token * n) + c), Vector512.Create(entries[j].Slope), sum);
            }

            sum.Store(target + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ErrorBlock(float* target, float* errors, int stride, LatentIndex.Entry* entries, int count)
    {
        var s0 = Vector512<float>.Zero;
        var (s1, s2, s3, s4, s5, s6, s7) = (s0, s0, s0, s0, s0, s0, s0);
        for (var j = 0; j < count; j++)
        {
            var row = errors + ((long)entries[j].Error * stride);
            var w = Vector512.Create(entries[j].Value);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(row), w, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(row + Lanes), w, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (2 * Lanes)), w, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (3 * Lanes)), w, s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (4 * Lanes)), w, s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (5 * Lanes)), w, s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (6 * Lanes)), w, s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (7 * Lanes)), w, s7);
        }

        Store(target, s0, s1, s2, s3, s4, s5, s6, s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InputBlock(float* target, float* inputs, int stride, LatentIndex.Entry* entries, int count)
    {
        var s0 = Vector512<float>.Zero;
        var (s1, s2, s3, s4, s5, s6, s7) = (s0, s0, s0, s0, s0, s0, s0);
        for (var j = 0; j < count; j++)
        {
            var row = inputs + ((long)entries[j].Token * stride);
            var w = Vector512.Create(entries[j].Slope);
            s0 = Vector512.FusedMultiplyAdd(Vector512.Load(row), w, s0);
            s1 = Vector512.FusedMultiplyAdd(Vector512.Load(row + Lanes), w, s1);
            s2 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (2 * Lanes)), w, s2);
            s3 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (3 * Lanes)), w, s3);
            s4 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (4 * Lanes)), w, s4);
            s5 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (5 * Lanes)), w, s5);
            s6 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (6 * Lanes)), w, s6);
            s7 = Vector512.FusedMultiplyAdd(Vector512.Load(row + (7 * Lanes)), w, s7);
        }

        Store(target, s0, s1, s2, s3, s4, s5, s6, s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        float* target, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3, Vector512<float> s4, Vector512<float> s5, Vector512<float> s6, Vector512<float> s7)
    {
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
