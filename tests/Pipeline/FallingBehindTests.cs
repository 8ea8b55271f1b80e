using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests;

/// <summary>A watcher that is slower than the trainer: what it takes, and what it says of the rest.</summary>
[Collection(AloneCollection.Name)]
public sealed class FallingBehindTests
{
    [Fact]
    public async Task The_newest_is_taken_and_the_others_are_events_that_a_later_start_knows()
    {
        using var tiny = new TinyRun(0, 1, 2, 4);
        var settings = Following(tiny, BehindPolicy.Latest, until: 4);
        var told = await StreamRun.RunAsync(settings);

        Assert.Equal([4L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        var events = RunFolderReader.Open(tiny.Run()).Read(4, Tables.Events).Events;
        Assert.Equal([(EventKind.CheckpointSkipped, EventSeverity.Info, 0L), (EventKind.CheckpointSkipped, EventSeverity.Info, 1L), (EventKind.CheckpointSkipped, EventSeverity.Info, 2L)], events.Select(e => (e.Kind, e.Severity, e.Step)));
        Assert.All(events, e => Assert.Contains("\"waiting\":4", e.Evidence));

        tiny.Add(8);
        told = await StreamRun.RunAsync(settings with { UntilStep = 8 });
        Assert.Equal([8L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Empty(told.OfType<CheckpointSkipped>());
    }

    [Fact]
    public async Task Every_second_of_those_that_wait_reaches_the_newest()
    {
        using var tiny = new TinyRun(0, 1, 2, 4, 8);
        var told = await StreamRun.RunAsync(Following(tiny, BehindPolicy.Every(2), until: 8));
        Assert.Equal([1L, 4L, 8L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Equal([0L, 2L], told.OfType<CheckpointSkipped>().Select(c => c.Event.Step));
    }

    [Fact]
    public async Task The_next_is_chosen_when_the_one_before_has_been_read()
    {
        using var tiny = new TinyRun(0, 1);
        var told = new List<WatchEvent>();
        var readBefore = false;
        IEnumerable<CheckpointArrival> Script()
        {
            yield return StreamRun.Arrived(tiny.Checkpoints, 0);
            lock (told)
            {
                readBefore = told.OfType<CheckpointProgress>().Any(p => p is { Step: 0, Phase: CheckpointPhase.Train });
            }

            yield return StreamRun.Arrived(tiny.Checkpoints, 1);
        }

        void Note(WatchEvent e)
        {
            lock (told)
            {
                told.Add(e);
            }
        }

        await StreamRun.RunAsync(Following(tiny, BehindPolicy.Latest, until: 1), _ => Script(), Note);
        Assert.True(readBefore);
        Assert.Equal([0L, 1L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
    }

    [Fact]
    public async Task What_is_refused_or_vanishes_does_not_hold_up_the_next()
    {
        using var tiny = new TinyRun(0, 4);
        CheckpointArrival[] arrivals =
        [
            StreamRun.Arrived(tiny.Checkpoints, 0), StreamRun.Arrived(tiny.Checkpoints, 1), new VanishedCheckpoint(2, "step2", default),
            new LateCheckpoint(1, "step1", default, 2), new PassedOverCheckpoint(3, "step3", default, 2, 4), StreamRun.Arrived(tiny.Checkpoints, 4),
        ];
        var told = await StreamRun.RunAsync(Following(tiny, BehindPolicy.Latest, until: 4) with { Late = LatePolicy.Insert }, _ => arrivals);
        Assert.Equal([0L, 4L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Equal([1L, 1L, 2L, 3L], told.OfType<CheckpointSkipped>().Select(c => c.Event.Step).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Any_number_of_steps_may_be_refused_or_vanish(int vanished)
    {
        using var tiny = new TinyRun(0, 9);
        var gone = Enumerable.Range(1, vanished).Select(step => (CheckpointArrival)new VanishedCheckpoint(step, $"step{step}", default));
        var refused = Enumerable.Range(4, 3).Select(step => (CheckpointArrival)new RefusedCheckpoint(
            step, $"step{step}", default, RefusalReason.NotWhole, new Emergence.Stages.Input.BadInputException($"step{step}", "", "it is cut short", "Copy it again")));
        CheckpointArrival[] arrivals = [StreamRun.Arrived(tiny.Checkpoints, 0), .. gone, .. refused, StreamRun.Arrived(tiny.Checkpoints, 9)];
        var told = await StreamRun.RunAsync(Following(tiny, BehindPolicy.Latest, until: 9), _ => arrivals);
        Assert.Equal([0L, 9L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Equal(vanished + 3, told.OfType<CheckpointSkipped>().Count());
    }

    [Theory]
    [InlineData("queue")]
    [InlineData("latest")]
    public async Task A_late_step_that_was_given_up_before_is_only_told_of(string policy)
    {
        using var tiny = new TinyRun(0, 2, 3);
        CheckpointArrival[] arrivals =
        [
            StreamRun.Arrived(tiny.Checkpoints, 0),
            new RefusedCheckpoint(1, "step1", default, RefusalReason.NotWhole, new Emergence.Stages.Input.BadInputException("step1", "", "it is cut short", "Copy it again")),
            StreamRun.Arrived(tiny.Checkpoints, 2), new LateCheckpoint(1, "step1", default, 2), StreamRun.Arrived(tiny.Checkpoints, 3),
        ];
        Assert.True(BehindPolicy.TryParse(policy, out var behind));
        var told = await StreamRun.RunAsync(Following(tiny, behind, until: 3) with { Late = LatePolicy.Insert }, _ => arrivals);
        Assert.Equal([0L, 2L, 3L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        Assert.Equal([1L, 1L], told.OfType<CheckpointSkipped>().Select(c => c.Event.Step));
    }

    [Fact]
    public async Task The_lag_is_published_in_health_and_in_the_commit()
    {
        using var tiny = new TinyRun(0, 1);
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny));
        var reader = RunFolderReader.Open(tiny.Run());
        foreach (var committed in told.OfType<CheckpointCommitted>())
        {
            var commit = reader.ReadCommit(committed.Result.Step);
            Assert.Equal((committed.Waiting, committed.Lag.TotalSeconds), (commit.Waiting, commit.LagSeconds));
            Assert.All(reader.Read(commit.Step, Tables.Health).Health, h => Assert.Equal((commit.Waiting, commit.LagSeconds), (h.Waiting, h.LagSeconds)));
            Assert.InRange(commit.LagSeconds, 0.001, 600);
        }

        Assert.Equal([1, 0], told.OfType<CheckpointCommitted>().Select(c => c.Waiting));
    }

    private static WatchSettings Following(TinyRun tiny, BehindPolicy policy, long until) =>
        StreamRun.Settings(tiny) with { Follow = true, WhenBehind = policy, UntilStep = until, SettleSeconds = 0.2, PollSeconds = 0.2 };
}
