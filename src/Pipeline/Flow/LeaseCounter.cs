namespace Emergence.Pipeline.Flow;

/// <summary>
/// Counts living messages (and whatever else takes a lease: tensors, pooled buffers) by kind. It must be zero at the end of every
/// run, failed ones included. Safe from any thread.
/// </summary>
public sealed class LeaseCounter
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, int> _living = new(StringComparer.Ordinal);
    private int _outstanding;

    /// <summary>How many leases are not disposed yet.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Takes a lease.</summary>
    /// <param name="kind">What is leased; leaks are reported under this name.</param>
    /// <returns>The lease, to be disposed with the thing.</returns>
    public Lease Take(string kind)
    {
        lock (_gate)
        {
            _living[kind] = _living.GetValueOrDefault(kind) + 1;
            _outstanding++;
        }

        return new Lease(this, kind);
    }

    /// <summary>The kinds that have living leases, in ordinal order, with how many.</summary>
    /// <returns>A copy; empty when nothing is leased.</returns>
    public IReadOnlyList<KeyValuePair<string, int>> ByKind()
    {
        lock (_gate)
        {
            return [.. _living];
        }
    }

    /// <summary>Checks that nothing is leased any more.</summary>
    /// <exception cref="LeaseLeakException">Something is; the error names each kind.</exception>
    public void ThrowIfAny()
    {
        var kinds = ByKind();
        if (kinds.Count > 0)
        {
            throw new LeaseLeakException(kinds);
        }
    }

    internal void Return(string kind)
    {
        lock (_gate)
        {
            var left = _living[kind] - 1;
            if (left == 0)
            {
                _living.Remove(kind);
            }
            else
            {
                _living[kind] = left;
            }

            _outstanding--;
        }
    }
}
