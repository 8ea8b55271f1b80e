using Emergence.Stages.Tokens;

namespace Emergence.Demo.Corpus;

/// <summary>Draws a sample of documents in which every group has its share of the whole.</summary>
internal static class StratifiedSplit
{
    /// <summary>
    /// Draws the sample. Each group's size in it is its share by the largest-remainder method (Hare quota; of equal
    /// remainders the earlier group's), its members drawn from the seed.
    /// </summary>
    /// <param name="groups">Group of each item, from 0.</param>
    /// <param name="size">Size of the sample, 0 to the number of items.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>Whether each item is in the sample.</returns>
    public static bool[] Draw(IReadOnlyList<int> groups, int size, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, groups.Count);
        var members = new List<int>[groups.Count == 0 ? 0 : groups.Max() + 1];
        for (var g = 0; g < members.Length; g++)
        {
            members[g] = [];
        }

        for (var i = 0; i < groups.Count; i++)
        {
            members[groups[i]].Add(i);
        }

        var drawn = new bool[groups.Count];
        var shares = Shares(members.Select(m => m.Count).ToArray(), size);
        for (var g = 0; g < members.Length; g++)
        {
            foreach (var i in SeededOrder.Permutation(members[g].Count, seed, g).Take(shares[g]))
            {
                drawn[members[g][i]] = true;
            }
        }

        return drawn;
    }

    /// <summary>Shares out a total in proportion to counts by largest remainder, in whole numbers throughout.</summary>
    /// <param name="counts">The groups' sizes.</param>
    /// <param name="total">What is shared out, at most the sum of the counts.</param>
    /// <returns>Each group's share, at most its size.</returns>
    internal static int[] Shares(int[] counts, int total)
    {
        var sum = counts.Sum(c => (long)c);
        var shares = counts.Select(c => sum == 0 ? 0 : (int)((long)c * total / sum)).ToArray();
        var left = total - shares.Sum();
        foreach (var g in Enumerable.Range(0, counts.Length).OrderByDescending(g => (long)counts[g] * total % Math.Max(1, sum)).ThenBy(g => g).Take(left))
        {
            shares[g]++;
        }

        return shares;
    }
}
