using Emergence.Pipeline.Flow;
using static Emergence.Pipeline.Tests.Flow.TestGraph;

namespace Emergence.Pipeline.Tests.Flow;

/// <summary>What is bounded stays bounded and what is full does what it says: the second trap.</summary>
public class BufferTests
{
    private readonly TestGraph _test = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_stage_that_emits_many_never_has_more_alive_than_the_next_stage_holds_and_the_one_in_hand(int capacity)
    {
        var most = 0;
        var gate = new TaskCompletionSource();
        var many = _test.Builder.Expand<Item, Piece>("many", _test.Count(1), 1, WhenFull.Wait, Pool, _ => Pieces());
        _test.Builder.Sink("slow", many, capacity, WhenFull.Wait, Pool, async (_, _) => await gate.Task);
        using var graph = _test.Builder.Build();
        var run = graph.EndsAsync();
        while (Volatile.Read(ref most) < capacity + 1)
        {
            await Task.Yield();
        }

        gate.SetResult();
        await run;
        Assert.Equal(capacity + 1, most);
        Assert.Equal(1000, graph.Snapshot()[2].In);
        _test.Leases.ThrowIfAny();

        IEnumerable<Message> Pieces()
        {
            for (var i = 0; i < 1000; i++)
            {
                var piece = new Piece(_test.Leases);
                most = Math.Max(most, AlivePieces());
                yield return piece;
            }
        }

        int AlivePieces() => _test.Leases.ByKind().Where(k => k.Key == nameof(Piece)).Sum(k => k.Value);
    }

    [Fact]
    public async Task A_full_stage_that_waits_loses_nothing()
    {
        _test.Builder.Sink("slow", _test.Count(300), 2, WhenFull.Wait, Pool, async (item, _) =>
        {
            await Task.Yield();
            await _test.Saw(item.Number.ToString());
        });
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();
        Assert.Equal(Enumerable.Range(1, 300).Select(i => i.ToString()), _test.Seen);
    }

    [Fact]
    public async Task A_full_stage_that_drops_keeps_the_newest_and_every_barrier_and_counts_the_rest()
    {
        var held = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var source = _test.Builder.Source<Item>("script", _ => Script());
        _test.Builder.Sink(
            "view",
            source,
            2,
            WhenFull.DropOldest,
            Pool,
            async (item, _) =>
            {
                held.TrySetResult();
                await gate.Task;
                await _test.Saw(item.Number.ToString());
            },
            (mark, _) => _test.Saw(mark.ToString()));
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();

        // Item 1 is in work while the rest arrives: 2, 3 and 4 give way to 5 and 6, the marks stay where they were.
        Assert.Equal(["1", "mark 1", "5", "mark 2", "6"], _test.Seen);
        var view = graph.Snapshot()[1];
        Assert.Equal((5, 3, 0), (view.In, view.Dropped, view.Discarded));
        _test.Leases.ThrowIfAny();

        async IAsyncEnumerable<Message> Script()
        {
            yield return _test.Item(1);
            await held.Task;
            yield return _test.Item(2);
            yield return _test.Item(3);
            yield return new Mark(_test.Leases, 1);
            yield return _test.Item(4);
            yield return _test.Item(5);
            yield return new Mark(_test.Leases, 2);
            yield return _test.Item(6);
            gate.SetResult();
        }
    }

    [Fact]
    public async Task Barriers_beyond_the_capacity_of_a_dropping_stage_make_the_sender_wait()
    {
        var held = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var produced = 0;
        var source = _test.Builder.Source<Item>("script", _ => Script());
        _test.Builder.Sink(
            "view",
            source,
            1,
            WhenFull.DropOldest,
            Pool,
            async (_, _) =>
            {
                held.TrySetResult();
                await gate.Task;
            },
            (mark, _) => _test.Saw(mark.ToString()));
        using var graph = _test.Builder.Build();
        var run = graph.EndsAsync();
        await held.Task.Comes();
        while (Volatile.Read(ref produced) < 2)
        {
            await Task.Yield();
        }

        Assert.Equal(1, graph.Snapshot()[1].Queued);
        gate.SetResult();
        await run;
        Assert.Equal(["mark 1", "mark 2", "mark 3"], _test.Seen);
        _test.Leases.ThrowIfAny();

        async IAsyncEnumerable<Message> Script()
        {
            yield return _test.Item(1);
            await held.Task;
            for (var i = 1; i <= 3; i++)
            {
                produced++;
                yield return new Mark(_test.Leases, i);
                Assert.True(i == 1 || gate.Task.IsCompleted, "the second mark was accepted while the first still waited");
            }
        }
    }

    [Fact]
    public async Task A_slow_branch_of_a_tee_loses_nothing_and_holds_up_the_others()
    {
        var gate = new TaskCompletionSource();
        var quick = 0;
        var tee = _test.Builder.Tee("tee", _test.Count(100), 1);
        _test.Builder.Sink("quick", tee.Branch(), 1, WhenFull.Wait, Pool, (_, _) =>
        {
            quick++;
            return default;
        });
        _test.Builder.Sink("slow", tee.Branch(), 1, WhenFull.Wait, Pool, async (item, _) =>
        {
            await gate.Task;
            await _test.Saw(item.Number.ToString());
        });
        using var graph = _test.Builder.Build();
        var run = graph.EndsAsync();
        while (Volatile.Read(ref quick) < 2)
        {
            await Task.Yield();
        }

        // The slow branch holds item 1 and the tee waits with item 2, so the quick branch cannot have seen item 3.
        Assert.Equal(2, Volatile.Read(ref quick));
        gate.SetResult();
        await run;
        Assert.Equal(100, quick);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => i.ToString()), _test.Seen);
        Assert.Equal(200, graph.Snapshot()[1].Out);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_dropping_branch_does_not_hold_up_the_others()
    {
        var gate = new TaskCompletionSource();
        var tee = _test.Builder.Tee("tee", _test.Count(100), 1);
        _test.Builder.Sink("view", tee.Branch(), 1, WhenFull.DropOldest, Pool, async (_, _) => await gate.Task);
        _test.Builder.Sink("all", tee.Branch(), 1, WhenFull.Wait, Pool, (item, _) =>
        {
            if (item.Number == 100)
            {
                gate.SetResult();
            }

            return default;
        });
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();
        var rows = graph.Snapshot().ToDictionary(s => s.Name);
        Assert.Equal(100, rows["all"].In);
        Assert.Equal(100, rows["view"].In + rows["view"].Dropped);
        Assert.InRange(rows["view"].Dropped, 97, 99);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_merge_ends_with_its_last_branch_and_loses_nothing_of_any()
    {
        var gate = new TaskCompletionSource();
        var tee = _test.Builder.Tee("tee", _test.Count(50), 64);
        var none = _test.Builder.Map<Item, Item>("none", tee.Branch(), 64, WhenFull.Wait, Pool, _ => null);
        var slow = _test.Builder.Stage<Item, Item>("slow", tee.Branch(), 64, WhenFull.Wait, Pool, async (item, emit) =>
        {
            await gate.Task;
            await emit.SendAsync(item);
        });
        _test.Collect(_test.Builder.Merge("merge", [none, slow], 1));
        using var graph = _test.Builder.Build();
        var run = graph.EndsAsync();
        while (graph.Snapshot()[2].In < 50)
        {
            await Task.Yield();
        }

        gate.SetResult();
        Assert.Equal(GraphOutcome.Completed, await run);
        Assert.Equal(Enumerable.Range(1, 50).Select(i => i.ToString()), _test.Seen);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_merge_passes_a_barrier_once_after_all_data_before_it_from_every_branch()
    {
        var tee = _test.Builder.Tee("tee", _test.Count(40, markEvery: 10), 2);
        var first = _test.Builder.Map<Item, Item>("first", tee.Branch(), 5, WhenFull.Wait, Pool, item => item);
        var second = _test.Builder.Stage<Item, Item>("second", tee.Branch(), 1, WhenFull.Wait, Pool, async (item, emit) =>
        {
            await Task.Yield();
            await emit.SendAsync(item);
        });
        _test.Collect(_test.Builder.Merge("merge", [first, second], 1));
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();

        for (var segment = 0; segment < 4; segment++)
        {
            var part = _test.Seen.Skip(segment * 21).Take(20).Select(int.Parse).Order();
            Assert.Equal(Enumerable.Range(segment * 10 + 1, 10).SelectMany(i => new[] { i, i }), part);
            Assert.Equal($"mark {segment + 1}", _test.Seen[segment * 21 + 20]);
        }

        Assert.Equal(84, _test.Seen.Count);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_merge_whose_branches_disagree_about_a_barrier_fails()
    {
        var tee = _test.Builder.Tee("tee", _test.Count(1), 1);
        Port<Item> Marks(string name, int mark) => _test.Builder.Stage<Item, Item>(
            name, tee.Branch(), 1, WhenFull.Wait, Pool, (_, emit) => emit.SendBarrierAsync(new Mark(_test.Leases, mark)));
        _test.Collect(_test.Builder.Merge("merge", [Marks("one", 1), Marks("two", 2)], 1));
        using var graph = _test.Builder.Build();
        var failed = await Assert.ThrowsAsync<StageFailedException>(graph.EndsAsync);
        Assert.Equal("merge", failed.Stage);
        Assert.Contains("the branches disagree", failed.Message);
        _test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_merge_passes_a_barrier_when_the_branches_without_it_have_ended()
    {
        var tee = _test.Builder.Tee("tee", _test.Count(1), 1);
        var marks = _test.Builder.Stage<Item, Item>(
            "marks", tee.Branch(), 1, WhenFull.Wait, Pool, (_, emit) => emit.SendBarrierAsync(new Mark(_test.Leases, 1)));
        _test.Collect(_test.Builder.Merge("merge", [marks, _test.Pass("data", tee.Branch())], 1));
        using var graph = _test.Builder.Build();
        await graph.EndsAsync();
        Assert.Equal(["1", "mark 1"], _test.Seen.Order());
        _test.Leases.ThrowIfAny();
    }

    private sealed class Piece(LeaseCounter leases) : Message(leases)
    {
        public override string ToString() => "piece";
    }
}
