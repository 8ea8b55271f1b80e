using Emergence.Pipeline.Flow;
using static Emergence.Pipeline.Tests.Flow.TestGraph;

namespace Emergence.Pipeline.Tests.Flow;

public class GraphTests
{
    private readonly TestGraph _test = new();

    [Fact]
    public async Task Every_message_arrives_once_and_in_order()
    {
        _test.Collect(_test.Pass("second", _test.Pass("first", _test.Count(500))));
        using var graph = _test.Builder.Build();

        Assert.Equal(GraphOutcome.Completed, await graph.EndsAsync());
        Assert.Equal(Enumerable.Range(1, 500).Select(i => i.ToString()), _test.Seen);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task An_empty_source_completes()
    {
        _test.Collect(_test.Pass("pass", _test.Count(0)));
        using var graph = _test.Builder.Build();
        Assert.Equal(GraphOutcome.Completed, await graph.EndsAsync());
        Assert.All(graph.Snapshot(), s => Assert.Equal(0, s.In));
    }

    [Fact]
    public async Task A_graph_runs_once()
    {
        _test.Collect(_test.Count(1));
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(graph.RunAsync);
    }

    [Fact]
    public async Task A_stage_emits_any_number_of_messages_and_barriers_of_its_own()
    {
        var spread = _test.Builder.Stage<Item, Item>("spread", _test.Count(3), 1, WhenFull.Wait, Pool, async (item, emit) =>
        {
            for (var i = 1; i < item.Number; i++)
            {
                await emit.SendAsync(_test.Item(10 * item.Number + i));
            }

            await emit.SendBarrierAsync(new Mark(_test.Leases, (int)item.Number));
        });
        _test.Collect(spread);
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();

        Assert.Equal(["mark 1", "21", "mark 2", "31", "32", "mark 3"], _test.Seen);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_map_that_returns_null_filters()
    {
        var even = _test.Builder.Map<Item, Item>("even", _test.Count(6), 1, WhenFull.Wait, Pool, item => item.Number % 2 == 0 ? item : null);
        _test.Collect(even);
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();

        Assert.Equal(["2", "4", "6"], _test.Seen);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_barrier_comes_after_the_data_before_it_through_stages_that_know_nothing_of_barriers()
    {
        _test.Collect(_test.Pass("second", _test.Pass("first", _test.Count(5, markEvery: 2), capacity: 3)));
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();
        Assert.Equal(["1", "2", "mark 1", "3", "4", "mark 2", "5"], _test.Seen);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task What_a_stage_emits_at_a_barrier_comes_before_the_barrier()
    {
        var sum = 0L;
        var sums = _test.Builder.Map<Item, Item>(
            "sum",
            _test.Count(5, markEvery: 2),
            1,
            WhenFull.Wait,
            Pool,
            item =>
            {
                sum += item.Number;
                return null;
            },
            (_, emit) => emit.SendAsync(_test.Item(sum)));
        _test.Collect(sums);
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();
        Assert.Equal(["3", "mark 1", "10", "mark 2"], _test.Seen);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task An_input_that_was_kept_belongs_to_the_message_built_around_it()
    {
        var wrapped = _test.Builder.Stage<Item, Wrapper>("wrap", _test.Count(3), 1, WhenFull.Wait, Pool, (item, emit) =>
        {
            emit.KeepInput();
            return emit.SendAsync(new Wrapper(_test.Leases, item));
        });
        _test.Builder.Sink("open", wrapped, 1, WhenFull.Wait, Pool, (wrapper, _) =>
        {
            Assert.False(wrapper.Item.IsDisposed);
            return _test.Saw(wrapper.ToString());
        });
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();
        Assert.Equal(["wrapped item 1", "wrapped item 2", "wrapped item 3"], _test.Seen);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_message_sent_twice_fails_the_stage()
    {
        var twice = _test.Builder.Stage<Item, Item>("twice", _test.Count(1), 1, WhenFull.Wait, Pool, async (item, emit) =>
        {
            await emit.SendAsync(item);
            await emit.SendAsync(item);
        });
        _test.Collect(twice);
        using var graph = _test.Builder.Build();
        var failed = await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync);
        Assert.Equal("twice", failed.Stage);
        Assert.Contains("was sent before", failed.Message);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_disposed_message_cannot_be_sent()
    {
        var late = _test.Builder.Stage<Item, Item>("late", _test.Count(1), 1, WhenFull.Wait, Pool, (item, emit) =>
        {
            item.Dispose();
            return emit.SendAsync(item);
        });
        _test.Collect(late);
        using var graph = _test.Builder.Build();
        Assert.Contains("is disposed", (await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync)).Message);
        Assert.Empty(_test.Seen);
    }

    [Fact]
    public async Task A_send_after_the_body_ended_is_refused_and_disposes_the_message()
    {
        Emitter<Item>? kept = null;
        var leak = _test.Builder.Stage<Item, Item>("leak", _test.Count(1), 1, WhenFull.Wait, Pool, (_, emit) =>
        {
            kept = emit;
            return default;
        });
        _test.Collect(leak);
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await kept!.SendAsync(_test.Item(1)));
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_send_beside_one_that_was_not_awaited_fails_the_stage()
    {
        var gate = new TaskCompletionSource();
        var hasty = _test.Builder.Stage<Item, Item>("hasty", _test.Count(1), 1, WhenFull.Wait, Pool, async (_, emit) =>
        {
            await emit.SendAsync(_test.Item(1));
            var waiting = emit.SendAsync(_test.Item(2));
            try
            {
                await emit.SendAsync(_test.Item(3));
            }
            finally
            {
                gate.SetResult();
                await waiting;
            }
        });
        _test.Builder.Sink("slow", hasty, 1, WhenFull.Wait, Pool, async (_, _) => await gate.Task);
        using var graph = _test.Builder.Build();
        var failed = await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync);
        Assert.Contains("item 3 was sent before the send ahead of it was awaited", failed.Message);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_last_send_that_was_not_awaited_is_waited_for()
    {
        var gate = new TaskCompletionSource();
        var stage = _test.Builder.Stage<Item, Item>("careless", _test.Count(3), 1, WhenFull.Wait, Pool, (item, emit) =>
        {
            _ = emit.SendAsync(item).AsTask();
            return default;
        });
        _test.Builder.Sink("slow", stage, 1, WhenFull.Wait, Pool, async (item, _) =>
        {
            await gate.Task;
            await _test.Saw(item.ToString());
        });
        using var graph = _test.Builder.Build();
        var run = graph.EndsAsync();
        gate.SetResult();
        Assert.Equal(GraphOutcome.Completed, await run);
        Assert.Equal(["item 1", "item 2", "item 3"], _test.Seen);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task Pieces_of_another_type_than_declared_fail_the_stage()
    {
        var pieces = _test.Builder.Expand<Item, Item>("pieces", _test.Count(1), 1, WhenFull.Wait, Pool, item => [new Wrapper(_test.Leases, _test.Item(9))]);
        _test.Collect(pieces);
        using var graph = _test.Builder.Build();
        Assert.Contains("made a Wrapper, declared is Item", (await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync)).Message);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task The_snapshot_counts_messages_and_time()
    {
        var time = new ManualTime();
        var work = _test.Builder.Stage<Item, Item>("work", _test.Count(3, markEvery: 3), 1, WhenFull.Wait, Pool, async (item, emit) =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            await emit.SendAsync(_test.Item(1));
            await emit.SendAsync(_test.Item(2));
        });
        _test.Collect(work);
        using var graph = _test.Builder.Build(new GraphOptions { Time = time });
        await graph.EndsAsync();

        var rows = graph.Snapshot().ToDictionary(s => s.Name);
        Assert.Equal(["count", "work", "collect"], graph.Snapshot().Select(s => s.Name));
        Assert.Equal((4, 4), (rows["count"].In, rows["count"].Out));
        Assert.Equal((4, 7), (rows["work"].In, rows["work"].Out));
        Assert.Equal((7, 0), (rows["collect"].In, rows["collect"].Out));
        Assert.InRange(rows["work"].Busy, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(6));
        Assert.All(rows.Values, s => Assert.Equal((0, 0, 0, null), (s.Dropped, s.Discarded, s.Queued, s.Holding)));
    }

    [Fact]
    public async Task The_snapshot_shows_what_is_held_and_what_waits()
    {
        var time = new ManualTime();
        var started = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var passed = _test.Pass("pass", _test.Count(6));
        _test.Builder.Sink("slow", passed, 3, WhenFull.Wait, Pool, async (_, _) =>
        {
            started.TrySetResult();
            await gate.Task;
        });
        using var graph = _test.Builder.Build(new GraphOptions { Time = time });
        var run = graph.EndsAsync();
        await started.Task.Comes();
        time.Advance(TimeSpan.FromSeconds(7));
        while (graph.Snapshot()[2].Queued < 2)
        {
            await Task.Yield();
        }

        Assert.Equal(TimeSpan.FromSeconds(7), graph.Snapshot()[2].Holding);
        gate.SetResult();
        await run;
        Assert.Null(graph.Snapshot()[2].Holding);
    }

    private sealed class Wrapper(LeaseCounter leases, Item item) : Message(leases)
    {
        public Item Item { get; } = item;

        public override string ToString() => $"wrapped {Item}";

        protected override void Release() => Item.Dispose();
    }
}
