using Emergence.Sinks.Arrow;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.RunFolder;

public sealed class RunFolderStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_committed_step_comes_back_whole_after_opening_again()
    {
        var run = _folder["run"];
        using (var store = SampleRun.Open(run))
        {
            Assert.Null(store.LastStep);
            SampleRun.Commit(store, 0);
            SampleRun.Commit(store, 512);
        }

        using var again = SampleRun.Open(run);
        Assert.Equal(512, again.LastStep);
        Assert.Equal([0, 512], again.Reader.ListSteps());
        ResultAssert.Same(SampleResults.Make(512, 512), again.Reader.Read(512, Tables.All));
        Assert.True(Directory.Exists(Path.Combine(run, "step-0000000512")));
        var commit = again.Commits[1];
        Assert.Equal((512, 0L, 512 * 4096L, "abc123", 5.25), (commit.Step, commit.PreviousStep, commit.TokensSeen, commit.ModelHash, commit.LmLoss));
        Assert.Equal(FixedTime.Noon.GetUtcNow(), commit.CommittedAt);
        Assert.Equal((1.5, 4096L, 15L), (commit.Seconds["train"], commit.Counts["tokens"], commit.Counts["rows_curves"]));
        Assert.Null(again.Commits[0].PreviousStep);
    }

    [Fact]
    public void Only_the_tables_that_are_asked_for_are_read()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 1);
        var result = store.Reader.Read(1, Tables.Curves | Tables.Health);
        Assert.Equal((15, 0, 0, 3, 0), (result.Curves.Count, result.Features.Count, result.Firings.Count, result.Health.Count, result.Events.Count));
    }

    [Fact]
    public void Parts_are_kept_and_state_only_of_the_newest_step()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 1);
        Assert.Equal("moments", File.ReadAllText(Path.Combine(store.Reader.VerifyPart(1, "state"), "layers.0", "moments.bin")));
        SampleRun.Commit(store, 2);
        Assert.False(Directory.Exists(Path.Combine(store.Reader.StepFolder(1), "state")));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(store.Reader.VerifyPart(1, "sae/layers.0"), "sae.safetensors")));
        Assert.Equal("moments", File.ReadAllText(Path.Combine(store.Reader.VerifyPart(2, "state"), "layers.0", "moments.bin")));
        Assert.Throws<BadInputException>(() => store.Reader.VerifyPart(2, "sae/layers.9"));
    }

    [Fact]
    public void An_inserted_step_lies_before_the_newest_and_changes_nothing_about_the_others()
    {
        var run = _folder["run"];
        var inserted = SampleRun.Details with { Inserted = true };
        using (var store = SampleRun.Open(run))
        {
            SampleRun.Commit(store, 1);
            SampleRun.Commit(store, 8);
            store.Commit(SampleResults.Make(4, 4), inserted, new Dictionary<string, Action<string>>());
            Assert.Equal(8, store.LastStep);
            Assert.Equal([1, 4, 8], store.Commits.Select(c => c.Step));
            SampleRun.Commit(store, 16);
            Assert.Throws<ArgumentException>(() => store.Commit(SampleResults.Make(4, 4), inserted, new Dictionary<string, Action<string>>()));
            Assert.Throws<ArgumentException>(() => SampleRun.Commit(store, 6));
        }

        using var again = SampleRun.Open(run);
        Assert.Equal([null, null, 1L, 8L], again.Commits.Select(c => c.PreviousStep));
        Assert.Equal([false, true, false, false], again.Commits.Select(c => c.Inserted));
        Assert.Equal(16, again.LastStep);
        again.Reader.VerifyPart(16, "state");
    }

    [Fact]
    public void Refusals_behind_the_last_used_step_are_looked_at_again_and_stand_meanwhile_and_what_had_vanished_is_not()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 1);
        store.CommitRefusal(SampleRun.Unused(2), "");
        store.CommitRefusal(SampleRun.Unused(3, EventKind.CheckpointVanished), "");
        store.CommitRefusal(SampleRun.Unused(4), "");
        store.CommitRefusal(SampleRun.Unused(5), "");
        store.RetractNewestRefusals();
        Assert.Equal([1, 2, 3], store.Commits.Select(c => c.Step));
        Assert.Equal(3, store.LastStep);
        Assert.Equal([1, 2, 3, 4, 5], store.Reader.ListSteps());
    }

    [Fact]
    public void The_same_rows_are_committed_as_the_same_bytes()
    {
        using var one = SampleRun.Open(_folder["one"]);
        using var two = SampleRun.Open(_folder["two"]);
        Assert.Equal(SampleRun.Commit(one, 5).Files, SampleRun.Commit(two, 5).Files);
    }

    [Fact]
    public void Another_description_is_refused_with_what_differs()
    {
        var run = _folder["run"];
        SampleRun.Open(run).Dispose();
        var e = Assert.Throws<BadInputException>(() => SampleRun.Open(run, k: 64));
        Assert.Equal(Path.Combine(run, "run.json"), e.File);
        Assert.Equal("the run began with other settings: settings.sae.k was 32, now 64", e.Problem);
        SampleRun.Open(run).Dispose();
    }

    [Fact]
    public void Another_producer_alone_may_go_on_with_a_run()
    {
        var run = _folder["run"];
        SampleRun.Open(run).Dispose();
        var description = SampleRun.Description();
        Emergence.Sinks.RunFolder.RunFolderStore.Open(run, description with { Identity = description.Identity with { Producer = "emergence 0.2.0" } }, FixedTime.Noon).Dispose();
        Assert.Throws<BadInputException>(() =>
            Emergence.Sinks.RunFolder.RunFolderStore.Open(run, description with { Identity = description.Identity with { MetricsVersion = "2" } }, FixedTime.Noon));
    }

    [Fact]
    public void A_second_writer_is_told_who_the_first_is()
    {
        var run = _folder["run"];
        using (SampleRun.Open(run))
        {
            var e = Assert.Throws<BadInputException>(() => SampleRun.Open(run));
            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName} since 2026-01-02 12:00:00 UTC is writing to this run", e.Message, StringComparison.Ordinal);
        }

        SampleRun.Open(run).Dispose();
    }

    [Fact]
    public void Leftovers_of_an_interrupted_commit_are_removed_at_the_next_start()
    {
        var run = _folder["run"];
        SampleRun.Open(run).Dispose();
        Directory.CreateDirectory(Path.Combine(run, ".tmp-step-0000000001", "sae"));
        File.WriteAllText(Path.Combine(run, ".tmp-step-0000000001", "curves.arrow"), "half");
        using var store = SampleRun.Open(run);
        Assert.Empty(Directory.EnumerateFileSystemEntries(run, ".tmp-*"));
        Assert.Empty(store.Commits);
    }

    [Fact]
    public void A_step_that_is_not_behind_the_last_is_refused()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 8);
        Assert.Throws<ArgumentException>(() => SampleRun.Commit(store, 8));
        Assert.Throws<ArgumentException>(() => SampleRun.Commit(store, 4));
        Assert.Equal([8], store.Reader.ListSteps());
    }

    [Fact]
    public void A_part_that_would_leave_the_step_is_refused()
    {
        using var store = SampleRun.Open(_folder["run"]);
        foreach (var part in new[] { "../other", "/etc", "", "a//b" })
        {
            Assert.Throws<ArgumentException>(() => store.Commit(SampleResults.Empty(1), SampleRun.Details, new Dictionary<string, Action<string>> { [part] = _ => { } }));
        }
    }

    [Fact]
    public void A_part_that_fails_leaves_no_trace_and_its_error_comes_through()
    {
        using var store = SampleRun.Open(_folder["run"]);
        SampleRun.Commit(store, 1);
        var parts = new Dictionary<string, Action<string>> { ["state"] = _ => throw new InvalidOperationException("torch says no") };
        Assert.Equal("torch says no", Assert.Throws<InvalidOperationException>(() => store.Commit(SampleResults.Make(2), SampleRun.Details, parts)).Message);
        Assert.Equal(["step-0000000001"], Directory.EnumerateDirectories(_folder["run"]).Select(d => Path.GetFileName(d)));
        SampleRun.Commit(store, 2);
    }

    [Fact]
    public void A_folder_with_steps_but_no_description_is_refused()
    {
        Directory.CreateDirectory(_folder["run/step-0000000001"]);
        Assert.Contains("no run.json", Assert.Throws<BadInputException>(() => SampleRun.Open(_folder["run"])).Message, StringComparison.Ordinal);
    }
}
