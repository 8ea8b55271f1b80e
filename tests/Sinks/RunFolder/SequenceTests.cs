using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.RunFolder;

/// <summary>The order of committing, from which the outbox publishes.</summary>
public sealed partial class SequenceTests : IDisposable
{
    private static readonly Dictionary<string, Action<string>> NoParts = [];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Commits_are_numbered_in_the_order_of_committing_over_all_starts()
    {
        var run = _folder["run"];
        using (var store = SampleRun.Open(run))
        {
            Assert.Empty(store.Reader.ReadCommits());
            Assert.Equal(1, SampleRun.Commit(store, 1).Sequence);
            SampleRun.Commit(store, 8);
            Assert.Equal(3, Insert(store, 4).Sequence);
        }

        using (var store = SampleRun.Open(run))
        {
            store.CommitRefusal(SampleRun.Unused(16), "");
            Insert(store, 2);
        }

        var commits = RunFolderReader.Open(run).ReadCommits();
        Assert.Equal([(1, 1L), (2, 8L), (3, 4L), (4, 16L), (5, 2L)], commits.Select(c => (c.Sequence, c.Step)));
        Assert.Equal([false, false, true, false, true], commits.Select(c => c.Inserted));
        Assert.Equal([false, false, false, true, false], commits.Select(c => c.Refused));
        Assert.Equal((8 * 4096L, FixedTime.Noon.GetUtcNow()), (commits[1].TokensSeen, commits[1].CommittedAt));
        Assert.Equal(Hash(run, 8), commits[1].Hash);
    }

    [Fact]
    public void A_refusal_that_is_decided_again_in_the_same_way_is_the_commit_that_is_there()
    {
        var run = _folder["run"];
        var before = Refused(run);
        using (var store = SampleRun.Open(run))
        {
            store.RetractNewestRefusals();
            Assert.Equal(2, store.CommitRefusal(SampleRun.Unused(8), "").Sequence);
            Assert.Equal([1, 8], store.Commits.Select(c => c.Step));
            Assert.Equal((3, 8L), (SampleRun.Commit(store, 16) is var next ? next.Sequence : 0, next.PreviousStep));
        }

        Assert.Equal(before, RunFolderReader.Open(run).ReadCommits().Take(2));
        SampleRun.Open(run).Dispose();
    }

    [Theory]
    [InlineData("used")]
    [InlineData("another reason")]
    [InlineData("another hash")]
    public void Another_decision_takes_the_place_of_the_refusal_under_a_new_number(string decision)
    {
        var run = _folder["run"];
        var before = Refused(run)[1];
        using (var store = SampleRun.Open(run))
        {
            store.RetractNewestRefusals();
            var commit = decision switch
            {
                "used" => SampleRun.Commit(store, 8),
                "another reason" => store.CommitRefusal(SampleRun.Unused(8, why: "still damaged"), ""),
                _ => store.CommitRefusal(SampleRun.Unused(8), "abc"),
            };
            Assert.Equal((3, 1L), (commit.Sequence, commit.PreviousStep));
            Assert.Equal(decision != "used", store.Reader.ReadCommit(8).Refused);
        }

        Assert.DoesNotContain(Directory.EnumerateDirectories(run), path => Path.GetFileName(path).StartsWith('.'));
        using var again = SampleRun.Open(run);
        var now = again.Reader.ReadCommits();
        Assert.Equal([(1, 1L), (3, 8L)], now.Select(c => (c.Sequence, c.Step)));
        Assert.Equal(new ReplacedCommit(2, before.Hash), Assert.Single(now[1].Replaced));
        if (decision == "used")
        {
            ResultAssert.Same(SampleResults.Make(8, 8), again.Reader.Read(8, Emergence.Sinks.Arrow.Tables.All));
            return;
        }

        // And once more: the trace of both is kept.
        again.RetractNewestRefusals();
        SampleRun.Commit(again, 8);
        Assert.Equal([2L, 3L], again.Reader.ReadCommits()[1].Replaced.Select(r => r.Sequence));
    }

    [Fact]
    public void A_refusal_whose_checkpoint_is_not_met_again_stands_whatever_is_committed_around_it()
    {
        var run = _folder["run"];
        var before = Refused(run);
        using (var store = SampleRun.Open(run))
        {
            store.RetractNewestRefusals();
            Assert.Equal(1, SampleRun.Commit(store, 4).PreviousStep);
            Assert.Equal(4, SampleRun.Commit(store, 16).PreviousStep);
        }

        using var again = SampleRun.Open(run);
        Assert.Equal([1L, 4L, 8L, 16L], again.Commits.Select(c => c.Step));
        Assert.Equal(before[1], again.Reader.ReadCommits()[1]);
        Directory.Delete(again.Reader.StepFolder(4), recursive: true);
        again.Dispose();
        Assert.Contains("after step 4 and now comes after step 1", Assert.Throws<BadInputException>(() => SampleRun.Open(run)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_checkpoint_that_comes_late_and_is_inserted_takes_the_place_of_its_refusal()
    {
        var run = _folder["run"];
        Refused(run);
        using (var store = SampleRun.Open(run))
        {
            store.RetractNewestRefusals();
            SampleRun.Commit(store, 16);
            Assert.Equal(2, Assert.Single(Insert(store, 8).Replaced!).Sequence);
        }

        using var again = SampleRun.Open(run);
        Assert.Equal([1L, 16L, 8L], again.Reader.ReadCommits().Select(c => c.Step));
    }

    [Fact]
    public void Commits_of_older_versions_are_numbered_by_time_and_keep_their_numbers()
    {
        var run = _folder["run"];
        using (var store = SampleRun.Open(run))
        {
            SampleRun.Commit(store, 1);
            store.CommitRefusal(SampleRun.Unused(8), "");
            Insert(store, 0);
        }

        // The inserted step was committed a second behind the others.
        foreach (var (step, second) in new[] { (0, 1), (1, 0), (8, 0) })
        {
            MakeOld(run, step, second);
        }

        var old = RunFolderReader.Open(run).ReadCommits();
        Assert.Equal([(1, 1L), (2, 8L), (3, 0L)], old.Select(c => (c.Sequence, c.Step)));
        using (var store = SampleRun.Open(run))
        {
            store.RetractNewestRefusals();
            Assert.Equal(4, SampleRun.Commit(store, 8).Sequence);
            Assert.Equal(5, SampleRun.Commit(store, 16).Sequence);
        }

        using var again = SampleRun.Open(run);
        var now = again.Reader.ReadCommits();
        Assert.Equal([(1, 1L), (3, 0L), (4, 8L), (5, 16L)], now.Select(c => (c.Sequence, c.Step)));
        Assert.Equal((old[0], old[2], new ReplacedCommit(2, old[1].Hash)), (now[0], now[1], now[2].Replaced[0]));
    }

    [Fact]
    public void Asking_again_reads_only_what_is_new()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 1);
        var first = store.Reader.ReadCommits();

        // Nothing tells this change but reading the file.
        var path = Path.Combine(store.Reader.StepFolder(1), "commit.json");
        var written = File.GetLastWriteTimeUtc(path);
        File.WriteAllBytes(path, new byte[new FileInfo(path).Length]);
        File.SetLastWriteTimeUtc(path, written);
        SampleRun.Commit(store, 2);
        var second = store.Reader.ReadCommits();
        Assert.Same(first[0], second[0]);
        Assert.Equal([1L, 2L], second.Select(c => c.Step));
        Assert.Throws<BadInputException>(() => RunFolderReader.Open(_folder["run"]).ReadCommits());
    }

    [Fact]
    public void Two_commits_of_one_number_are_refused_with_both_steps()
    {
        var run = _folder["run"];
        using (var store = SampleRun.Open(run))
        {
            SampleRun.Commit(store, 1);
            SampleRun.Commit(store, 2);
        }

        Rewrite(run, 2, text => text.Replace("\"sequence\": 2", "\"sequence\": 1", StringComparison.Ordinal));
        var e = Assert.Throws<BadInputException>(() => RunFolderReader.Open(run).ReadCommits());
        Assert.Equal(("steps 1 and 2", "both say that they are commit number 1"), (e.Place, e.Problem));
        Rewrite(run, 2, text => text.Replace("\"sequence\": 1", "\"sequence\": -1", StringComparison.Ordinal));
        Assert.Throws<BadInputException>(() => RunFolderReader.Open(run).ReadCommits());
    }

    private static CommitEntry[] Refused(string run)
    {
        using var store = SampleRun.Open(run);
        SampleRun.Commit(store, 1);
        store.CommitRefusal(SampleRun.Unused(8), "");
        return [.. store.Reader.ReadCommits()];
    }

    private static CommitRecord Insert(RunFolderStore store, long step) => store.Commit(SampleResults.Make(step, (int)step), SampleRun.Details with { Inserted = true }, NoParts);

    private static string Hash(string run, long step) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(run, $"step-{step:D10}", "commit.json"))));

    private static void MakeOld(string run, long step, int second) => Rewrite(run, step, text =>
        SequenceLines().Replace(text, "").Replace("12:00:00", $"12:00:0{second}", StringComparison.Ordinal));

    private static void Rewrite(string run, long step, Func<string, string> change)
    {
        var path = Path.Combine(run, $"step-{step:D10}", "commit.json");
        File.WriteAllText(path, change(File.ReadAllText(path)));
    }

    [GeneratedRegex(""",\s*"(sequence|replaced)": [^,\n}]*""")]
    private static partial Regex SequenceLines();
}
