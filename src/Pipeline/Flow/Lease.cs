namespace Emergence.Pipeline.Flow;

/// <summary>One living thing that a <see cref="LeaseCounter"/> counts; disposing it ends the count, once.</summary>
public sealed class Lease : IDisposable
{
    private readonly string _kind;
    private LeaseCounter? _counter;

    internal Lease(LeaseCounter counter, string kind)
    {
        _counter = counter;
        _kind = kind;
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _counter, null)?.Return(_kind);
}
