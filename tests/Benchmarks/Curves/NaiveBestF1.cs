using Emergence.Stages.Tokens;

namespace Emergence.Benchmarks.Curves;

/// <summary>best_f1 under permutations as the formula reads: for each permutation, half, feature and category count the tokens, then take the ratio.</summary>
internal static class NaiveBestF1
{
    public static double Sum(ProbeSet probe, int[][] firings, short[][] permutedParts, int categories)
    {
        var half = new int[probe.TokenCount];
        for (var d = 0; d < probe.Documents.Count; d++)
        {
            Array.Fill(half, d & 1, probe.FirstToken[d], probe.FirstToken[d + 1] - probe.FirstToken[d]);
        }

        var sum = 0.0;
        foreach (var labels in permutedParts)
        {
            for (var c = 0; c < categories; c++)
            {
                for (var h = 0; h < 2; h++)
                {
                    var n = Enumerable.Range(0, labels.Length).Count(t => half[t] == h && labels[t] == c);
                    var best = firings.Max(tokens => 2.0 * tokens.Count(t => half[t] == h && labels[t] == c) / Math.Max(1, n + tokens.Count(t => half[t] == h && labels[t] >= 0)));
                    sum += best;
                }
            }
        }

        return sum;
    }
}
