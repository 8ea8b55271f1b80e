using System.Diagnostics.CodeAnalysis;
using Emergence.Pipeline.Announcing;

namespace Emergence.Pipeline.Working;

/// <summary>Runs' groups that no worker can open, and why: their later messages are passed over without trying again. Not for several threads at once.</summary>
internal sealed class RefusedWork
{
    // Names come from outside. One that is forgotten is tried and refused again.
    private const int Most = 1000;
    private readonly Dictionary<(string Key, DateTimeOffset Began), string> _reasons = [];
    private readonly Queue<(string Key, DateTimeOffset Began)> _order = [];

    /// <summary>Whether a work is of a group that was refused.</summary>
    /// <param name="work">The work.</param>
    /// <param name="reason">Why.</param>
    public bool Has(AnnouncedWork work, [NotNullWhen(true)] out string? reason) => _reasons.TryGetValue(Of(work), out reason);

    /// <summary>Refuses a work and what comes after it of its group.</summary>
    /// <param name="work">The work.</param>
    /// <param name="reason">Why.</param>
    public void Add(AnnouncedWork work, string reason)
    {
        if (!_reasons.TryAdd(Of(work), reason))
        {
            return;
        }

        _order.Enqueue(Of(work));
        if (_order.Count > Most)
        {
            _reasons.Remove(_order.Dequeue());
        }
    }

    private static (string Key, DateTimeOffset Began) Of(AnnouncedWork work) => (work.Key, work.Message.Began);
}
