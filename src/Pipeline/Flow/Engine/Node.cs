namespace Emergence.Pipeline.Flow.Engine;

/// <summary>A named box of the graph: its inputs, its outputs and what it does with a message.</summary>
internal abstract class Node(string name, NodeShape shape, TaskScheduler on)
{
    private readonly List<Inlet> _inlets = [];
    private readonly List<Outlet> _outlets = [];

    public string Name { get; } = name;

    public NodeShape Shape { get; } = shape;

    /// <summary>Where its work runs.</summary>
    public TaskScheduler On { get; } = on;

    public IReadOnlyList<Inlet> Inlets => _inlets;

    public IReadOnlyList<Outlet> Outlets => _outlets;

    public Inlet AddInlet(Outlet from, int capacity, WhenFull whenFull)
    {
        var inlet = new Inlet(this, from, capacity, whenFull);
        from.Consumers.Add(inlet);
        _inlets.Add(inlet);
        return inlet;
    }

    public Outlet AddOutlet(Type messageType)
    {
        var outlet = new Outlet(this, messageType);
        _outlets.Add(outlet);
        return outlet;
    }

    /// <summary>Opens the inboxes.</summary>
    public virtual void Open(GraphRun run)
    {
        foreach (var inlet in _inlets)
        {
            inlet.Open(run);
        }
    }

    /// <summary>Does the work for one message; may throw. Called for one message at a time per inlet.</summary>
    public abstract ValueTask WorkAsync(Inlet inlet, Message message, Emission emission);

    /// <summary>Waits until every inbox has ended, then tells the next stages; completes without error.</summary>
    public virtual async Task EndAsync(GraphRun run)
    {
        await Task.WhenAll(_inlets.Select(inlet => InletEndedAsync(inlet, run))).ConfigureAwait(false);
        foreach (var outlet in _outlets)
        {
            outlet.Target.Inbox.Complete();
        }
    }

    /// <summary>What is in work here, one entry per inlet at most.</summary>
    public virtual IEnumerable<WorkInHand> InHand() => _inlets.Select(i => i.Guard.Meter.InHand()).OfType<WorkInHand>();

    /// <summary>What it has done so far, all inlets together.</summary>
    public virtual StageStatistics Read() =>
        _inlets.Select(i => i.Guard.Meter.Read(Name, i.Inbox.Queued)).Aggregate((a, b) => new StageStatistics(
            Name,
            a.In + b.In,
            a.Out + b.Out,
            a.Dropped + b.Dropped,
            a.Discarded + b.Discarded,
            a.Queued + b.Queued,
            a.Busy + b.Busy,
            a.Blocked + b.Blocked,
            a.Holding > b.Holding || b.Holding is null ? a.Holding : b.Holding));

    /// <summary>Called when no message will come through an inlet any more.</summary>
    protected virtual void InletEnded(Inlet inlet)
    {
    }

    private async Task InletEndedAsync(Inlet inlet, GraphRun run)
    {
        try
        {
            await inlet.Inbox.Completion.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Guards let nothing out, so this is the scheduler refusing work because it was disposed before the graph had ended.
            run.Fail(Name, 0, "", e);
        }

        InletEnded(inlet);
    }
}
