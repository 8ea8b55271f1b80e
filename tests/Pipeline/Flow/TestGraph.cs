using System.Runtime.CompilerServices;
using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Tests.Flow;

/// <summary>A graph in the making with what its tests look at: the leases and what came out of it.</summary>
internal sealed class TestGraph
{
    public static readonly TaskScheduler Pool = TaskScheduler.Default;

    public LeaseCounter Leases { get; } = new();

    public GraphBuilder Builder { get; } = new();

    /// <summary>What the sinks made by <see cref="Collect"/> have seen: numbers of items, and barriers by their text.</summary>
    public List<string> Seen { get; } = [];

    public Item Item(long number) => new(Leases, number);

    /// <summary>A source of items 1 to <paramref name="count"/>; with a mark after every <paramref name="markEvery"/> of them.</summary>
    public Port<Item> Count(int count, int markEvery = int.MaxValue) => Builder.Source<Item>("count", stop => CountAsync(count, markEvery, stop));

    /// <summary>A source of items without end, until it is stopped.</summary>
    public Port<Item> Endless() => Count(int.MaxValue);

    public Port<Item> Pass(string name, Port<Item> from, int capacity = 1) =>
        Builder.Map<Item, Item>(name, from, capacity, WhenFull.Wait, Pool, item => item);

    public void Collect(Port<Item> from, string name = "collect") =>
        Builder.Sink(
            name,
            from,
            1,
            WhenFull.Wait,
            Pool,
            (item, _) => Saw(item.Number.ToString()),
            (mark, _) => Saw(mark.ToString()));

    public ValueTask Saw(string text)
    {
        lock (Seen)
        {
            Seen.Add(text);
        }

        return default;
    }

    private async IAsyncEnumerable<Message> CountAsync(int count, int markEvery, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var i = 1; i <= count && !stop.IsCancellationRequested; i++)
        {
            yield return new Item(Leases, i);
            if (i % markEvery == 0)
            {
                yield return new Mark(Leases, i / markEvery);
            }

            if (i % 64 == 0)
            {
                await Task.Yield();
            }
        }
    }
}
