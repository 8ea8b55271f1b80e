using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.Arrow;

namespace Emergence.Sinks.Tests.RunFolder;

/// <summary>A commit that is interrupted at any of its operations leaves the steps before it, or itself whole.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_prefix_of_a_commit_opens_to_the_state_before_it_or_behind_it(bool halfWay)
    {
        var (before, behind) = (0, 0);
        for (var crashAt = 0; ; crashAt++)
        {
            var run = _folder[$"run{crashAt}"];
            using (var store = SampleRun.Open(run))
            {
                SampleRun.Commit(store, 1);
            }

            if (!CrashWhileCommitting(run, crashAt, halfWay))
            {
                break;
            }

            using var again = SampleRun.Open(run);
            Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(run), path => Path.GetFileName(path).StartsWith(".tmp-", StringComparison.Ordinal));
            ResultAssert.Same(SampleResults.Make(1, 1), again.Reader.Read(1, Tables.All));
            again.Reader.VerifyPart(again.LastStep!.Value, "state");
            if (again.LastStep == 1)
            {
                before++;
                SampleRun.Commit(again, 2);
            }
            else
            {
                behind++;
                Assert.False(Directory.Exists(Path.Combine(again.Reader.StepFolder(1), "state")));
            }

            ResultAssert.Same(SampleResults.Make(2, 2), again.Reader.Read(2, Tables.All));
            again.Reader.VerifyPart(2, "sae/layers.0");
        }

        // Created, five tables, two parts and their files, the commit, four folders, the name: before. The run's folder, the old state: behind.
        Assert.True(before >= 13, $"{before} crash points before the rename");
        Assert.Equal(2, behind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_prefix_of_a_first_start_opens_again(bool halfWay)
    {
        for (var crashAt = 0; ; crashAt++)
        {
            var run = _folder[$"first{crashAt}"];
            var disk = new FaultyDisk(crashAt, halfWay);
            try
            {
                RunFolderStore.Open(run, SampleRun.Description(), FixedTime.Noon, disk).Dispose();
                Assert.Equal(["create first4", "write .tmp-run.json", "rename run.json", "flush first4"], disk.Done);
                break;
            }
            catch (FaultyDisk.CrashException)
            {
                using var store = SampleRun.Open(run);
                SampleRun.Commit(store, 1);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_prefix_of_taking_a_refusals_place_leaves_the_refusal_or_what_replaces_it(bool halfWay)
    {
        var (before, behind) = (0, 0);
        for (var crashAt = 0; ; crashAt++)
        {
            var run = _folder[$"replace{crashAt}"];
            CommitEntry refusal;
            using (var store = SampleRun.Open(run))
            {
                SampleRun.Commit(store, 1);
                store.CommitRefusal(SampleRun.Unused(2), "");
                refusal = store.Reader.ReadCommits()[1];
            }

            if (!CrashWhileCommitting(run, crashAt, halfWay, retract: true))
            {
                break;
            }

            // Whoever only reads finds one of the two in any case.
            var seen = RunFolderReader.Open(run).ReadCommits();
            using var again = SampleRun.Open(run);
            Assert.DoesNotContain(Directory.EnumerateDirectories(run), path => Path.GetFileName(path).StartsWith('.'));
            Assert.Equal(seen.Select(c => c.Hash), again.Reader.ReadCommits().Select(c => c.Hash));
            if (again.Commits[1].Refused)
            {
                before++;
                Assert.Equal(refusal, seen[1]);
                again.RetractNewestRefusals();
                SampleRun.Commit(again, 2);
            }
            else
            {
                behind++;
            }

            var now = again.Reader.ReadCommits()[1];
            Assert.Equal((3, 2L, new ReplacedCommit(2, refusal.Hash)), (now.Sequence, now.Step, Assert.Single(now.Replaced)));
            ResultAssert.Same(SampleResults.Make(2, 2), again.Reader.Read(2, Tables.All));
            again.Reader.VerifyPart(2, "state");
        }

        // Before: as for a commit, and the refusal put aside. Behind: the run's folder, what was aside, the old state.
        Assert.True(before >= 14, $"{before} crash points before the rename");
        Assert.Equal(3, behind);
    }

    [Fact]
    public void Everything_is_on_the_disk_before_the_step_has_its_name()
    {
        var disk = new FaultyDisk(int.MaxValue, false);
        using var store = RunFolderStore.Open(_folder["run"], SampleRun.Description(), FixedTime.Noon, disk);
        SampleRun.Commit(store, 1);
        disk.Done.Clear();
        SampleRun.Commit(store, 2);
        Assert.Equal(
            [
                "create .tmp-step-0000000002",
                "write curves.arrow", "write features.arrow", "write firings.arrow", "write health.arrow", "write events.arrow",
                "fill layers.0", "fill state", "flush sae.safetensors", "flush moments.bin", "write commit.json",
                "flush layers.0", "flush state", "flush layers.0", "flush sae", "flush .tmp-step-0000000002",
                "rename step-0000000002", "flush run", "delete state",
            ],
            disk.Done);
    }

    private static bool CrashWhileCommitting(string run, int crashAt, bool halfWay, bool retract = false)
    {
        using var store = RunFolderStore.Open(run, SampleRun.Description(), FixedTime.Noon, new FaultyDisk(crashAt + 1, halfWay));
        try
        {
            if (retract)
            {
                store.RetractNewestRefusals();
            }

            SampleRun.Commit(store, 2);
            return false;
        }
        catch (FaultyDisk.CrashException)
        {
            return true;
        }
    }
}
