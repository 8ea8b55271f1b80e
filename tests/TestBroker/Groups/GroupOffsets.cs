using Emergence.TestBroker.Server;

namespace Emergence.TestBroker.Groups;

/// <summary>Offsets of the groups: those that count, and those that wait for the end of a transaction. Called under the broker's lock.</summary>
internal sealed class GroupOffsets(Cheats cheats)
{
    private readonly Dictionary<(string Group, string Topic, int Partition), GroupOffset> _committed = [];
    private readonly Dictionary<(string Group, long ProducerId), Dictionary<(string Topic, int Partition), GroupOffset>> _pending = [];

    public GroupOffset? Find(string group, string topic, int partition) => _committed.GetValueOrDefault((group, topic, partition));

    /// <summary>Whether an open transaction may change it.</summary>
    public bool IsPending(string group, string topic, int partition) =>
        _pending.Any(entry => entry.Key.Group == group && entry.Value.ContainsKey((topic, partition)));

    /// <summary>Every partition that a group has an offset for.</summary>
    public IEnumerable<(string Topic, int Partition)> Of(string group) =>
        _committed.Keys.Where(key => key.Group == group).Select(key => (key.Topic, key.Partition)).Order();

    public void Commit(string group, string topic, int partition, GroupOffset offset) => _committed[(group, topic, partition)] = offset;

    /// <summary>Keeps an offset until the producer's transaction has ended.</summary>
    public void Send(string group, long producerId, string topic, int partition, GroupOffset offset)
    {
        if (cheats.HasFlag(Cheats.OffsetsCountAtOnce))
            Commit(group, topic, partition, offset);
        if (!_pending.TryGetValue((group, producerId), out var pending))
            _pending[(group, producerId)] = pending = [];
        pending[(topic, partition)] = offset;
    }

    /// <summary>Ends a producer's transaction.</summary>
    public void End(string group, long producerId, bool commit)
    {
        if (!_pending.Remove((group, producerId), out var pending) || !commit || cheats.HasFlag(Cheats.DropTransactionalOffsets))
            return;
        foreach (var ((topic, partition), offset) in pending)
            Commit(group, topic, partition, offset);
    }
}
