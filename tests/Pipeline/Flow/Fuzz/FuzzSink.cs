namespace Emergence.Pipeline.Tests.Flow.Fuzz;

/// <summary>What one sink of a fuzzed run saw, held against what it should have.</summary>
internal sealed class FuzzSink(string name, bool drops, Func<Expected> expected)
{
    private readonly List<(int Segment, int Branch, long Number)> _seen = [];

    public string Name { get; } = name;

    public int Marks { get; private set; }

    public void Data(Item item) => _seen.Add((Marks, item.Branch, item.Number));

    public void Mark(Mark mark)
    {
        Marks++;
        Assert.True(mark.Number == Marks, $"{Name} saw {mark} as its mark number {Marks}");
    }

    /// <summary>After a run that ended well: everything, once, in order.</summary>
    public void CheckComplete(long dropped)
    {
        var all = expected();
        Assert.True(Marks == all.Marks, $"{Name} saw {Marks} of {all.Marks} marks");
        Assert.True(_seen.Count + Marks + dropped == all.Count, $"{Name} saw {_seen.Count} items and {Marks} marks and dropped {dropped}, of {all.Count}");
        Assert.True(drops || dropped == 0, $"{Name} dropped {dropped}");
        CheckPart();
    }

    /// <summary>After any run: nothing twice, out of order or made up; nothing missing before a mark that was seen.</summary>
    public void CheckPart()
    {
        var all = expected();
        Assert.True(Marks <= all.Marks, $"{Name} saw {Marks} marks, there were {all.Marks}");
        var should = all.ByBranch();
        var did = _seen.GroupBy(x => x.Branch, x => (x.Segment, x.Number)).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var branch in should.Keys.Union(did.Keys))
        {
            var due = should.GetValueOrDefault(branch) ?? [];
            var saw = did.GetValueOrDefault(branch) ?? [];
            if (drops)
            {
                var at = 0;
                foreach (var entry in saw)
                {
                    at = due.IndexOf(entry, at) + 1;
                    Assert.True(at > 0, $"{Name}: {entry} of branch {branch} is doubled, out of order or made up");
                }
            }
            else
            {
                Assert.True(saw.SequenceEqual(due.Take(saw.Count)), $"{Name}: branch {branch} saw {string.Join(' ', saw)}, due was {string.Join(' ', due)}");
                var before = due.Count(d => d.Segment < Marks);
                Assert.True(saw.Count >= before, $"{Name}: branch {branch} saw {saw.Count} items, mark {Marks} comes after {before}");
            }
        }
    }
}
