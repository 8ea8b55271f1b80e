namespace Emergence.Pipeline.Tests.Flow.Fuzz;

/// <summary>
/// What must flow along an edge, worked out without any engine: between two marks, the numbers of each branch in order. The last
/// segment is what follows the last mark.
/// </summary>
internal sealed class Expected
{
    public List<SortedDictionary<int, List<long>>> Segments { get; } = [[]];

    public int Marks => Segments.Count - 1;

    public long Count => Marks + Segments.Sum(s => s.Values.Sum(v => (long)v.Count));

    public void AddData(int branch, long number)
    {
        if (!Segments[^1].TryGetValue(branch, out var numbers))
        {
            Segments[^1].Add(branch, numbers = []);
        }

        numbers.Add(number);
    }

    public void AddMark() => Segments.Add([]);

    /// <summary>What leaves a stage that makes of each item the given numbers, tags them with a branch, and adds items at marks.</summary>
    public Expected Through(Func<long, IEnumerable<long>> body, Func<int, int> tag, int? branchAtMarks)
    {
        var result = new Expected();
        for (var s = 0; s < Segments.Count; s++)
        {
            foreach (var (branch, numbers) in Segments[s])
            {
                foreach (var number in numbers.SelectMany(body))
                {
                    result.AddData(tag(branch), number);
                }
            }

            if (s < Marks)
            {
                if (branchAtMarks is { } own)
                {
                    result.AddData(own, s + 1);
                }

                result.AddMark();
            }
        }

        return result;
    }

    /// <summary>What leaves a merge of streams whose branches have different tags.</summary>
    public static Expected Merged(IReadOnlyList<Expected> streams)
    {
        var result = new Expected();
        for (var s = 0; s <= streams[0].Marks; s++)
        {
            foreach (var (branch, numbers) in streams.SelectMany(e => e.Segments[s]))
            {
                numbers.ForEach(n => result.AddData(branch, n));
            }

            if (s < streams[0].Marks)
            {
                result.AddMark();
            }
        }

        return result;
    }

    /// <summary>The numbers of each branch with the segment they belong to, in order.</summary>
    public Dictionary<int, List<(int Segment, long Number)>> ByBranch() => Segments
        .SelectMany((segment, s) => segment.SelectMany(b => b.Value.Select(n => (Branch: b.Key, Entry: (s, n)))))
        .GroupBy(x => x.Branch, x => x.Entry)
        .ToDictionary(g => g.Key, g => g.ToList());
}
