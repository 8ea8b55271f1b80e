using Emergence.Pipeline.Flow;
using static Emergence.Pipeline.Tests.Flow.TestGraph;

namespace Emergence.Pipeline.Tests.Flow;

/// <summary>Faults are data: the first trap and the third.</summary>
public class FaultTests
{
    private readonly TestGraph _test = new();

    [Fact]
    public async Task A_cancellation_thrown_by_a_body_is_a_failure_and_loses_no_message_silently()
    {
        var odd = _test.Builder.Map<Item, Item>(
            "odd", _test.Count(100), 1, WhenFull.Wait, Pool, item => item.Number == 7 ? throw new OperationCanceledException("gave up") : item);
        _test.Collect(odd);
        using var graph = _test.Builder.Build();

        var failed = await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync);
        Assert.Equal(("odd", 7, "item 7"), (failed.Stage, failed.Position, failed.MessageText));
        Assert.IsType<OperationCanceledException>(failed.InnerException);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_faulted_sink_behind_bounded_stages_ends_an_endless_source()
    {
        _test.Builder.Sink("end", _test.Pass("c", _test.Pass("b", _test.Pass("a", _test.Endless()))), 1, WhenFull.Wait, Pool, (item, _) =>
            item.Number == 5 ? throw new IOException("disk full") : default);
        using var graph = _test.Builder.Build();

        var failed = await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync);
        Assert.Equal("stage end failed at message 5 (item 5): disk full", failed.Message);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_failure_after_many_hops_is_not_wrapped_and_carries_no_data()
    {
        var port = _test.Count(10);
        for (var hop = 0; hop < 8; hop++)
        {
            port = _test.Pass($"hop-{hop}", port);
        }

        var cause = new FormatException("bad");
        _test.Builder.Sink("end", port, 1, WhenFull.Wait, Pool, async (_, _) =>
        {
            await Task.Yield();
            throw cause;
        });
        using var graph = _test.Builder.Build();

        var failed = await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync);
        Assert.Same(cause, failed.InnerException);
        Assert.Empty(failed.Data);
        Assert.Empty(cause.Data);
    }

    [Fact]
    public async Task An_aggregate_of_one_is_unwrapped()
    {
        var cause = new FormatException("bad");
        _test.Builder.Sink("end", _test.Count(1), 1, WhenFull.Wait, Pool, (_, _) => throw new AggregateException(new AggregateException(cause)));
        using var graph = _test.Builder.Build();
        Assert.Same(cause, (await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync)).InnerException);
    }

    [Fact]
    public async Task The_first_failure_is_the_one_reported()
    {
        var first = new TaskCompletionSource();
        var tee = _test.Builder.Tee("tee", _test.Count(1), 1);
        _test.Builder.Sink("first", tee.Branch(), 1, WhenFull.Wait, Pool, (_, _) => throw new IOException("first"));
        _test.Builder.Sink("second", tee.Branch(), 1, WhenFull.Wait, Pool, async (_, aborted) =>
        {
            using var registration = aborted.Register(first.SetResult);
            await first.Task;
            throw new IOException("second");
        });
        using var graph = _test.Builder.Build();

        // Whether the second sink's message is discarded or fails too, the first is what is told.
        Assert.Equal("first", (await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync)).Stage);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_body_that_gives_up_because_of_the_abort_has_not_failed()
    {
        var tee = _test.Builder.Tee("tee", _test.Count(1), 1);
        var waits = new TaskCompletionSource();
        _test.Builder.Sink("patient", tee.Branch(), 1, WhenFull.Wait, Pool, async (_, aborted) =>
        {
            waits.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, aborted);
        });
        _test.Builder.Sink("broken", tee.Branch(), 1, WhenFull.Wait, Pool, async (_, _) =>
        {
            await waits.Task;
            throw new IOException("broken");
        });
        using var graph = _test.Builder.Build();
        Assert.Equal("broken", (await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync)).Stage);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_source_that_fails_is_named_with_the_message_it_was_asked_for()
    {
        var source = _test.Builder.Source<Item>("reader", _ => Fails(2));
        _test.Collect(source);
        using var graph = _test.Builder.Build();

        var failed = await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync);
        Assert.Equal("stage reader failed at message 3: torn file", failed.Message);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_source_that_throws_a_cancellation_nobody_asked_for_has_failed()
    {
        var source = _test.Builder.Source<Item>("reader", _ => throw new OperationCanceledException());
        _test.Collect(source);
        using var graph = _test.Builder.Build();
        Assert.Equal("reader", (await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync)).Stage);
    }

    [Fact]
    public async Task A_source_of_another_type_than_declared_fails()
    {
        var source = _test.Builder.Source<OtherMessage>("reader", _ => Fails(1));
        _test.Builder.Sink("end", source, 1, WhenFull.Wait, Pool, (_, _) => default);
        using var graph = _test.Builder.Build();
        Assert.Contains("produced a Item, declared is OtherMessage", (await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync)).Message);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_message_that_fails_in_dispose_fails_the_stage_that_held_it_and_leaks_nothing()
    {
        var cause = new IOException("cannot free");
        var swapped = _test.Builder.Map<Item, Item>(
            "swap", _test.Count(3), 1, WhenFull.Wait, Pool, item => new Item(_test.Leases, item.Number) { FailsInDispose = item.Number == 2 ? cause : null });
        _test.Collect(swapped);
        using var graph = _test.Builder.Build();

        var failed = await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync);
        Assert.Equal(("collect", 2, "item 2"), (failed.Stage, failed.Position, failed.MessageText));
        Assert.Same(cause, failed.InnerException);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_message_whose_text_fails_is_called_by_its_type()
    {
        var source = _test.Builder.Map<Item, Wordless>("make", _test.Count(1), 1, WhenFull.Wait, Pool, _ => new Wordless(_test.Leases));
        _test.Builder.Sink("end", source, 1, WhenFull.Wait, Pool, (_, _) => throw new IOException("no"));
        using var graph = _test.Builder.Build();
        Assert.Equal("Wordless", (await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync)).MessageText);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task Messages_that_wait_when_a_stage_fails_are_discarded_and_counted()
    {
        var passed = _test.Pass("pass", _test.Count(5));
        _test.Builder.Sink("end", passed, 4, WhenFull.Wait, Pool, (_, _) => throw new IOException("no"));
        using var graph = _test.Builder.Build();
        await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync);

        var rows = graph.Snapshot();
        Assert.Equal(1, rows[2].In);
        Assert.Equal(rows[0].In, rows.Sum(r => r.Discarded) + 1);
        _test.Leases.ThrowIfAny();
    }

    private async IAsyncEnumerable<Message> Fails(int after)
    {
        for (var i = 1; i <= after; i++)
        {
            await Task.Yield();
            yield return _test.Item(i);
        }

        throw new IOException("torn file");
    }

    private sealed class OtherMessage(LeaseCounter leases) : Message(leases)
    {
        public override string ToString() => "other";
    }

    private sealed class Wordless(LeaseCounter leases) : Message(leases)
    {
        public override string ToString() => throw new InvalidOperationException("no words");
    }
}
