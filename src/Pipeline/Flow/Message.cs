namespace Emergence.Pipeline.Flow;

/// <summary>
/// What flows along an edge of a graph. A message has exactly one owner at a time: sending hands it over, and whoever does not
/// forward it disposes it. The graph does that for its stages: a message that a body did not forward is disposed when the body ends.
/// </summary>
/// <remarks>
/// A class and not a record, because a copy made by <c>with</c> would share the lease and the buffers. Constructors of derived
/// types must not throw after this one ran: nobody could release the lease.
/// </remarks>
public abstract class Message : IDisposable
{
    private static readonly object Nobody = new();
    private readonly Lease _lease;
    private object? _owner;

    /// <summary>Makes a message and counts it until it is disposed.</summary>
    /// <param name="leases">Where living messages are counted; one counter per run.</param>
    protected Message(LeaseCounter leases)
    {
        Leases = leases;
        _lease = leases.Take(GetType().Name);
    }

    /// <summary>Where this message is counted, and where what it makes of itself should be.</summary>
    protected LeaseCounter Leases { get; }

    /// <summary>Whether it has been disposed.</summary>
    public bool IsDisposed => Volatile.Read(ref _owner) == Nobody;

    /// <summary>Names the message in errors and logs: short, from values that never change, valid after disposal too.</summary>
    /// <returns>A few words such as <c>8x128 tokens</c>.</returns>
    public abstract override string ToString();

    /// <summary>Gives back what the message holds. Only the first call does anything.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _owner, Nobody) != Nobody)
        {
            try
            {
                Release();
            }
            finally
            {
                _lease.Dispose();
            }
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Frees buffers and tensors; called once, on whatever thread the owner has.</summary>
    protected virtual void Release()
    {
    }

    /// <summary>Passes ownership on; false when <paramref name="from"/> does not own it (it was sent before, or is disposed).</summary>
    /// <param name="from">The stage that sends; a new message has no owner yet and may be sent by anyone.</param>
    /// <param name="to">The stage that receives.</param>
    internal bool TryHandOver(object from, object to)
    {
        var owner = Volatile.Read(ref _owner);
        return (owner is null || owner == from) && Interlocked.CompareExchange(ref _owner, to, owner) == owner;
    }
}
