namespace Emergence.Pipeline.Flow.Engine;

/// <summary>An input of a node: where from, how much it holds, and, once the graph is built, the inbox and the guard behind it.</summary>
internal sealed class Inlet(Node node, Outlet from, int capacity, WhenFull whenFull)
{
    private Inbox? _inbox;
    private StageGuard? _guard;

    public Node Node { get; } = node;

    public Outlet From { get; } = from;

    public int Capacity { get; } = capacity;

    public WhenFull WhenFull { get; } = whenFull;

    public Inbox Inbox => _inbox!;

    public StageGuard Guard => _guard!;

    /// <summary>Makes the inbox; from now on messages can be sent to it.</summary>
    public void Open(GraphRun run)
    {
        _guard = new StageGuard(run, this);
        _inbox = WhenFull == WhenFull.Wait
            ? new WaitingInbox(Capacity, Node.On, _guard.HandleAsync)
            : new DroppingInbox(Capacity, Node.On, _guard.HandleAsync, _guard.Drop);
    }
}
