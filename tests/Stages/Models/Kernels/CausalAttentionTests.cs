using Emergence.Stages.Models.Kernels;

namespace Emergence.Stages.Tests.Models.Kernels;

public sealed class CausalAttentionTests
{
    [KernelTheory]
    [InlineData(1, 1, 1, 4, 1)]
    [InlineData(17, 2, 2, 8, 100)]
    [InlineData(64, 4, 2, 16, 64)]
    [InlineData(100, 6, 2, 40, 100)]
    [InlineData(131, 3, 1, 33, 131)]
    [InlineData(90, 2, 1, 64, 1)]
    [InlineData(90, 2, 2, 8, 20)]
    [InlineData(200, 1, 1, 16, 33)]
    public void Every_query_mixes_the_values_it_may_see(int length, int heads, int keyHeads, int size, int window)
    {
        using var rows = Sample.Rows(length, (heads + (2 * keyHeads)) * size, 7, 2);
        using var result = Run(rows, length, length, heads, keyHeads, size, window);
        Sample.Close(Naive(Sample.Values(rows), heads, keyHeads, size, window), result, 2e-6);
    }

    [KernelTheory]
    [InlineData(1e4)]
    [InlineData(1e-6)]
    public void Scores_of_any_size_are_weighed(double factor)
    {
        using var rows = Sample.Rows(40, 3 * 8, 8, factor);
        using var result = Run(rows, 40, 40, 1, 1, 8, 40);
        Sample.Close(Naive(Sample.Values(rows), 1, 1, 8, 40), result, 3e-5);
    }

    [KernelTheory]
    [InlineData(70, 30)]
    public unsafe void What_an_earlier_row_left_is_not_seen(int longer, int shorter)
    {
        using var attention = new CausalAttention(1, 1, 8, longer);
        using var first = Sample.Rows(longer, 24, 9);
        first.Values(longer - 1).Fill(float.NaN);
        using var into = new FloatRows(longer, 8);
        attention.Run(first.Row(0), first.Row(0) + 8, first.Row(0) + 16, first.Stride, longer, into.Row(0), into.Stride, 1 / MathF.Sqrt(8), longer);
        using var second = Sample.Rows(shorter, 24, 10);
        using var result = new FloatRows(shorter, 8);
        attention.Run(second.Row(0), second.Row(0) + 8, second.Row(0) + 16, second.Stride, shorter, result.Row(0), result.Stride, 1 / MathF.Sqrt(8), longer);
        Sample.Close(Naive(Sample.Values(second), 1, 1, 8, longer), result, 2e-6);
    }

    private static unsafe FloatRows Run(FloatRows rows, int length, int longest, int heads, int keyHeads, int size, int window)
    {
        using var attention = new CausalAttention(heads, keyHeads, size, longest);
        var result = new FloatRows(length, heads * size);
        var query = rows.Row(0);
        attention.Run(query, query + (heads * size), query + ((heads + keyHeads) * size), rows.Stride, length, result.Row(0), result.Stride, 1 / MathF.Sqrt(size), window);
        return result;
    }

    private static double[][] Naive(float[][] rows, int heads, int keyHeads, int size, int window) => [.. rows.Select((row, t) =>
    {
        var mixed = new double[heads * size];
        for (var head = 0; head < heads; head++)
        {
            var keyHead = head / (heads / keyHeads);
            var seen = Enumerable.Range(0, t + 1).Where(s => t - s < window).ToArray();
            var scores = seen.Select(s => Enumerable.Range(0, size).Sum(i => (double)row[(head * size) + i] * rows[s][((heads + keyHead) * size) + i]) / Math.Sqrt(size)).ToArray();
            var total = scores.Sum(x => Math.Exp(x - scores.Max()));
            foreach (var (s, score) in seen.Zip(scores))
            {
                for (var i = 0; i < size; i++)
                {
                    mixed[(head * size) + i] += Math.Exp(score - scores.Max()) / total * rows[s][((heads + keyHeads + keyHead) * size) + i];
                }
            }
        }

        return mixed;
    })];
}
