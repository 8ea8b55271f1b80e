using System.Runtime.CompilerServices;
using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Tests.Flow.Fuzz;

/// <summary>
/// A random graph: a source, then stages of every form, tees whose branches end in sinks or are merged again, on the pool and on
/// one device, with slow bodies. Each declared edge knows what must flow along it as a function of what the source produced.
/// </summary>
internal sealed class FuzzGraph : IDisposable
{
    private const string SourceName = "source";

    private static readonly int[] Fan = [1, 2, 0, 3, 1];

    private readonly Random _random;
    private readonly int _items;
    private readonly int _markEvery;
    private readonly bool _goesQuiet;
    private readonly Expected _produced = new();
    private readonly List<string> _stages = [SourceName];
    private int _depth;
    private int _regions;

    public FuzzGraph(int seed)
    {
        _random = new Random(seed);
        _items = _random.Next(4) == 0 ? int.MaxValue : _random.Next(40);
        _markEvery = _random.Next(2, 9);
        _goesQuiet = _items != int.MaxValue && _random.Next(4) == 0;
        Device = new DeviceScheduler($"device of seed {seed}");
        Continue(Builder.Source<Item>(SourceName, ProduceAsync), () => _produced);

        // An endless source needs a stop; others get one in one of three runs, and an abort in one of four.
        var stopAt = _items == int.MaxValue || _random.Next(3) == 0 ? _random.Next(1, 200) : 0;
        var abortAt = _random.Next(4) == 0 ? _random.Next(1, 200) : 0;
        Mischief = new Mischief([.. Faults()], stopAt, abortAt, _random.Next(2) == 0);
    }

    public GraphBuilder Builder { get; } = new();

    public LeaseCounter Leases { get; } = new();

    public DeviceScheduler Device { get; }

    public Mischief Mischief { get; }

    public List<FuzzSink> Sinks { get; } = [];

    public bool Overlapped { get; private set; }

    public void Dispose() => Device.Dispose();

    private IEnumerable<Fault> Faults()
    {
        for (var i = Math.Max(0, _random.Next(5) - 2); i > 0; i--)
        {
            var stage = _stages[_random.Next(_stages.Count)];
            var kind = (FaultKind)_random.Next((int)FaultKind.EnumeratorDispose + 1);
            yield return kind == FaultKind.EnumeratorDispose ? new Fault(kind, SourceName, 0) : new Fault(kind, stage, _random.Next(1, 30));
        }
    }

    private async IAsyncEnumerable<Message> ProduceAsync([EnumeratorCancellation] CancellationToken stop)
    {
        try
        {
            for (var i = 1; i <= _items; i++)
            {
                await Mischief.MessageAsync(SourceName);
                _produced.AddData(0, i);
                yield return Mischief.Spoil(new Item(Leases, i), SourceName, Leases);
                if (i % _markEvery == 0)
                {
                    _produced.AddMark();
                    yield return new Mark(Leases, i / _markEvery);
                }

                if (i % 5 == 0)
                {
                    await Task.Yield();
                }
            }

            if (_goesQuiet)
            {
                // Like a folder in which no further checkpoint appears: only a stop ends it.
                ThreadPool.QueueUserWorkItem(_ => Mischief.Stop());
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            }
        }
        finally
        {
            Mischief.EnumeratorDisposed(SourceName);
        }
    }

    /// <summary>Adds whatever comes next behind a port, until everything ends in sinks.</summary>
    private void Continue(Port<Item> from, Func<Expected> expected)
    {
        for (var more = _random.Next(4); more > 0 && _depth < 8; more--)
        {
            (from, expected) = AddStage(from, expected, branch => branch);
        }

        if (_depth < 5 && _random.Next(2) == 0)
        {
            AddTee(from, expected);
        }
        else
        {
            AddSink(from, expected);
        }
    }

    private void AddTee(Port<Item> from, Func<Expected> expected)
    {
        var tee = Builder.Tee(Name("tee"), from, Capacity());
        var merged = new List<(Port<Item> Port, Func<Expected> Expected)>();
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            var tag = i;
            var branch = AddStage(tee.Branch(), expected, b => (b * 4) + tag);
            if (_random.Next(2) == 0)
            {
                merged.Add(branch);
            }
            else
            {
                Continue(branch.Port, branch.Expected);
            }
        }

        if (merged.Count > 0)
        {
            Continue(
                Builder.Merge(Name("merge"), [.. merged.Select(m => m.Port)], Capacity()),
                () => Expected.Merged([.. merged.Select(m => m.Expected())]));
        }
    }

    private (Port<Item> Port, Func<Expected> Expected) AddStage(Port<Item> from, Func<Expected> expected, Func<int, int> tag)
    {
        var name = Name("stage");
        _stages.Add(name);
        var on = _random.Next(2) == 0 ? Device : TaskScheduler.Default;
        int? atMarks = _random.Next(4) == 0 ? 1000 + _depth : null;
        var laziness = _random.Next(3) == 0 ? _random.Next(1, 20) : 0;
        BarrierBody<Item>? onBarrier = atMarks is not { } own ? null : (mark, emit) => emit.SendAsync(new Item(Leases, ((Mark)mark).Number, own));
        Item Make(Item input, long number) => Mischief.Spoil(new Item(Leases, number, tag(input.Branch)), name, Leases);

        switch (_random.Next(3))
        {
            case 0:
                var filters = _random.Next(2) == 0;
                var map = Builder.Map<Item, Item>(name, from, Capacity(), WhenFull.Wait, on, item => Region(on, () =>
                {
                    Mischief.Message(name);
                    return filters && item.Number % 5 == 0 ? null : Make(item, item.Number);
                }), onBarrier);
                return (map, () => expected().Through(n => filters && n % 5 == 0 ? [] : [n], tag, atMarks));

            case 1:
                IEnumerable<Message> Pieces(Item item)
                {
                    Region(on, () => Mischief.Message(name));
                    foreach (var number in Spread(item.Number))
                    {
                        yield return Region(on, () => Make(item, number));
                    }
                }

                var expand = Builder.Expand<Item, Item>(name, from, Capacity(), WhenFull.Wait, on, Pieces, onBarrier);
                return (expand, () => expected().Through(Spread, tag, atMarks));

            default:
                var stage = Builder.Stage<Item, Item>(name, from, Capacity(), WhenFull.Wait, on, async (item, emit) =>
                {
                    await Mischief.MessageAsync(name);
                    for (var i = 0; i < laziness; i++)
                    {
                        await Task.Yield();
                    }

                    foreach (var number in Spread(item.Number))
                    {
                        await emit.SendAsync(Region(on, () => Make(item, number)));
                    }
                }, onBarrier);
                return (stage, () => expected().Through(Spread, tag, atMarks));
        }
    }

    private void AddSink(Port<Item> from, Func<Expected> expected)
    {
        var name = Name("sink");
        _stages.Add(name);
        var drops = _random.Next(4) == 0;
        var laziness = _random.Next(3) == 0 ? _random.Next(1, 40) : 0;
        var gateAt = _random.Next(3) == 0 ? _random.Next(1, 20) : 0;
        var gateFor = _random.Next(1, 500);
        var sink = new FuzzSink(name, drops, expected);
        Sinks.Add(sink);
        var worked = 0;
        Builder.Sink(
            name,
            from,
            Capacity(),
            drops ? WhenFull.DropOldest : WhenFull.Wait,
            _random.Next(4) == 0 ? Device : TaskScheduler.Default,
            async (item, _) =>
            {
                await Mischief.MessageAsync(name);
                if (++worked == gateAt)
                {
                    await Task.Run(() => YieldAsync(gateFor), CancellationToken.None);
                }

                await YieldAsync(laziness);
                sink.Data(item);
            },
            (mark, _) =>
            {
                sink.Mark((Mark)mark);
                return default;
            });
    }

    private string Name(string kind) => $"{kind}-{++_depth}";

    private int Capacity() => _random.Next(1, 5);

    /// <summary>Stands for torch work: on the device, two of these must never run at once.</summary>
    private T Region<T>(TaskScheduler on, Func<T> work)
    {
        if (on != Device)
        {
            return work();
        }

        Overlapped |= !Device.IsCurrentThread || Interlocked.Increment(ref _regions) != 1;
        try
        {
            return work();
        }
        finally
        {
            Interlocked.Decrement(ref _regions);
        }
    }

    private void Region(TaskScheduler on, Action work) => Region(on, () =>
    {
        work();
        return 0;
    });

    /// <summary>None to three numbers of one, a little more than one on average.</summary>
    private static IEnumerable<long> Spread(long number) => Enumerable.Range(0, Fan[number % Fan.Length]).Select(j => (number * 3) + j);

    private static async Task YieldAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Task.Yield();
        }
    }
}
