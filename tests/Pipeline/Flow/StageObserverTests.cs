using System.Collections.Concurrent;
using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Tests.Flow;

/// <summary>What a graph tells its observer about stages.</summary>
public sealed class StageObserverTests
{
    private readonly TestGraph _test = new();

    [Fact]
    public async Task Every_message_of_every_stage_is_told_once_with_the_time_worked_and_the_time_waited()
    {
        var time = new ManualTime();
        var told = new Told();
        var worked = _test.Builder.Map<Item, Item>("work", _test.Count(3, markEvery: 3), 1, WhenFull.Wait, TestGraph.Pool, item =>
        {
            time.Advance(TimeSpan.FromSeconds(item.Number));
            return item;
        });
        _test.Collect(worked);
        using var graph = _test.Builder.Build(new GraphOptions { Time = time, Observer = told });
        await graph.EndsAsync();

        Assert.Equal(4, told.Messages.Count(m => m.Stage == "work"));
        Assert.Equal(4, told.Messages.Count(m => m.Stage == "collect"));
        Assert.DoesNotContain(told.Messages, m => m.Stage == "count");

        // Nobody else moves the clock, and what moves while the next stage is waited for counts as waiting.
        var of = told.Messages.Where(m => m.Stage == "work").ToList();
        Assert.Equal(6, of.Sum(m => (m.Busy + m.Blocked).TotalSeconds));
        Assert.Equal(graph.Snapshot().Single(s => s.Name == "work").Busy.TotalSeconds, of.Sum(m => m.Busy.TotalSeconds));
        Assert.Equal(graph.Snapshot().Single(s => s.Name == "work").Blocked.TotalSeconds, of.Sum(m => m.Blocked.TotalSeconds));
    }

    [Fact]
    public async Task A_message_that_is_dropped_is_told()
    {
        var held = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var told = new Told();
        _test.Builder.Sink("view", _test.Builder.Source<Item>("script", _ => Script()), 1, WhenFull.DropOldest, TestGraph.Pool, async (Item item, CancellationToken _) =>
        {
            held.TrySetResult();
            await gate.Task;
        });
        using var graph = _test.Builder.Build(new GraphOptions { Observer = told });
        await graph.EndsAsync();

        Assert.Equal(["view", "view"], told.Drops);
        Assert.Equal(2, graph.Snapshot()[1].Dropped);

        async IAsyncEnumerable<Message> Script()
        {
            yield return _test.Item(1);
            await held.Task;
            yield return _test.Item(2);
            yield return _test.Item(3);
            yield return _test.Item(4);
            gate.SetResult();
        }
    }

    private sealed class Told : IStageObserver
    {
        public ConcurrentQueue<(string Stage, TimeSpan Busy, TimeSpan Blocked)> Messages { get; } = [];

        public ConcurrentQueue<string> Drops { get; } = [];

        public void Worked(string stage, TimeSpan busy, TimeSpan blocked) => Messages.Enqueue((stage, busy, blocked));

        public void Dropped(string stage) => Drops.Enqueue(stage);
    }
}
