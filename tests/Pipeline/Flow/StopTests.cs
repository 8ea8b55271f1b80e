using System.Runtime.CompilerServices;
using Emergence.Pipeline.Flow;
using static Emergence.Pipeline.Tests.Flow.TestGraph;

namespace Emergence.Pipeline.Tests.Flow;

public class StopTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    private readonly TestGraph _test = new();
    private readonly ManualTime _time = new();

    private GraphOptions Options => new() { DrainDeadline = Deadline, Time = _time };

    [Fact]
    public async Task A_requested_stop_ends_an_endless_source_and_delivers_what_it_had_produced()
    {
        Graph? graph = null;
        var passed = _test.Pass("pass", _test.Endless(), capacity: 8);
        _test.Builder.Sink("sink", passed, 4, WhenFull.Wait, Pool, (item, _) =>
        {
            if (item.Number == 100)
            {
                graph!.RequestStop();
            }

            return _test.Saw(item.Number.ToString());
        });
        using (graph = _test.Builder.Build(Options))
        {
            Assert.Equal(GraphOutcome.Drained, await graph.EndsAsync());
        }

        var produced = graph.Snapshot()[0].In;
        Assert.Equal(Enumerable.Range(1, (int)produced).Select(i => i.ToString()), _test.Seen);
        Assert.All(graph.Snapshot(), s => Assert.Equal(0, s.Discarded));
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_source_that_waits_is_woken_by_the_stop()
    {
        var waits = new TaskCompletionSource();
        var source = _test.Builder.Source<Item>("watch", stop => Waits(waits, stop, stop));
        _test.Collect(source);
        using var graph = _test.Builder.Build(Options);
        var run = graph.EndsAsync();
        await waits.Task.Comes();
        graph.RequestStop();
        Assert.Equal(GraphOutcome.Drained, await run);
        Assert.Equal(["1"], _test.Seen);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_stop_before_the_start_takes_nothing()
    {
        _test.Collect(_test.Endless());
        using var graph = _test.Builder.Build(Options);
        graph.RequestStop();
        Assert.Equal(GraphOutcome.Drained, await graph.EndsAsync());
        Assert.Empty(_test.Seen);
    }

    [Fact]
    public async Task An_abort_discards_what_waits_and_tells_the_body_in_work()
    {
        var started = new TaskCompletionSource();
        _test.Builder.Sink("stuck", _test.Pass("pass", _test.Endless()), 5, WhenFull.Wait, Pool, async (_, aborted) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, aborted);
        });
        using var graph = _test.Builder.Build(Options);
        var run = graph.EndsAsync();
        await started.Task.Comes();
        graph.Abort();
        Assert.Equal(GraphOutcome.Aborted, await run);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task An_abort_with_a_dead_consumer_ends_every_time()
    {
        for (var i = 0; i < 20; i++)
        {
            var test = new TestGraph();
            var dead = new TaskCompletionSource();
            var port = test.Pass("b", test.Pass("a", test.Endless()));
            test.Builder.Sink("dead", port, 1, WhenFull.Wait, Pool, async (_, aborted) =>
            {
                dead.TrySetResult();
                await new TaskCompletionSource().Task.WaitAsync(aborted);
            });
            using var graph = test.Builder.Build(Options);
            var run = graph.EndsAsync();
            await dead.Task.Comes();
            graph.RequestStop();
            graph.Abort();
            Assert.Equal(GraphOutcome.Aborted, await run);
            test.Leases.ThrowIfAny();
        }
    }

    [Fact]
    public async Task Three_quarters_of_the_drain_deadline_abort()
    {
        var started = new TaskCompletionSource();
        var aborts = new TaskCompletionSource();
        _test.Builder.Sink("slow", _test.Endless(), 5, WhenFull.Wait, Pool, async (_, aborted) =>
        {
            started.TrySetResult();
            using var registration = aborted.Register(aborts.SetResult);
            await aborts.Task;
        });
        using var graph = _test.Builder.Build(Options);
        var run = graph.EndsAsync();
        await started.Task.Comes();
        graph.RequestStop();
        _time.Advance(Deadline * 0.75 - TimeSpan.FromTicks(1));
        Assert.False(aborts.Task.IsCompleted);
        Assert.Equal(0, graph.Snapshot().Sum(s => s.Discarded));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(GraphOutcome.Aborted, await run);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task The_last_deadline_names_the_stage_that_does_not_let_go()
    {
        var started = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var port = _test.Pass("b", _test.Pass("a", _test.Endless()));
        var stubborn = _test.Builder.Stage<Item, Item>("stubborn", port, 1, WhenFull.Wait, Pool, async (_, _) =>
        {
            started.TrySetResult();
            await gate.Task;
        });
        _test.Collect(stubborn);
        using var graph = _test.Builder.Build(Options);
        var run = graph.EndsAsync();
        await started.Task.Comes();
        graph.RequestStop();
        _time.Advance(Deadline - TimeSpan.FromTicks(1));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        var stuck = await Assert.ThrowsAsync<PipelineStuckException>(() => run);
        Assert.Equal(("stubborn", 1, "item 1"), (stuck.Stage, stuck.Position, stuck.MessageText));
        Assert.Equal("stage stubborn is stuck: it has held message 1 (item 1) for 40 s and did not let go within 10 s of the abort", stuck.Message);
        Assert.Null(stuck.InnerException);
        gate.SetResult();
    }

    [Fact]
    public async Task A_source_that_ignores_its_token_is_named_as_stuck_and_the_failure_is_kept()
    {
        var waits = new TaskCompletionSource();
        var source = _test.Builder.Source<Item>("deaf", _ => Waits(waits, CancellationToken.None, CancellationToken.None));
        _test.Builder.Sink("broken", source, 1, WhenFull.Wait, Pool, async (_, _) =>
        {
            await waits.Task;
            throw new IOException("broken");
        });
        using var graph = _test.Builder.Build(Options);
        var run = graph.EndsAsync();
        while (graph.Snapshot()[1].Holding is not null || graph.Snapshot()[1].In == 0)
        {
            await Task.Yield();
        }

        _time.Advance(Deadline * 0.25);
        var stuck = await Assert.ThrowsAsync<PipelineStuckException>(() => run);
        Assert.Equal(("deaf", 2), (stuck.Stage, stuck.Position));
        Assert.Equal("broken", Assert.IsType<StageFailedException>(stuck.InnerException).Stage);
    }

    [Fact]
    public async Task A_listener_of_the_stop_signal_that_throws_fails_the_run()
    {
        var waits = new TaskCompletionSource();
        var source = _test.Builder.Source<Item>("watch", stop =>
        {
            stop.Register(() => throw new IOException("in the listener"));
            return Waits(waits, stop, stop);
        });
        _test.Collect(source);
        using var graph = _test.Builder.Build(Options);
        var run = graph.EndsAsync();
        await waits.Task.Comes();
        graph.RequestStop();
        var failed = await Assert.ThrowsAsync<StageFailedException>(() => run);
        Assert.Equal(("stop-signal", "in the listener"), (failed.Stage, failed.InnerException!.Message));
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task Stops_and_aborts_after_the_end_change_nothing()
    {
        _test.Collect(_test.Count(3));
        using var graph = _test.Builder.Build(Options);
        Assert.Equal(GraphOutcome.Completed, await graph.EndsAsync());
        graph.RequestStop();
        graph.Abort();
        _time.Advance(Deadline * 2);
        Assert.Equal(3, graph.Snapshot()[1].In);
    }

    private async IAsyncEnumerable<Message> Waits(TaskCompletionSource waits, CancellationToken wake, [EnumeratorCancellation] CancellationToken stop)
    {
        yield return _test.Item(1);
        waits.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, wake);
        Assert.False(stop.CanBeCanceled, "woken without having been told to stop");
    }
}
