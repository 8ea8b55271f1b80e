using Emergence.TestBroker.Server;

namespace Emergence.TestBroker.Groups;

/// <summary>All groups. Called under the broker's lock.</summary>
internal sealed class GroupCoordinator(BrokerOptions options)
{
    private readonly Dictionary<string, Group> _groups = [];

    public GroupOffsets Offsets { get; } = new(options.Cheats);

    /// <summary>The group; a new one when it is not known.</summary>
    public Group Get(string name)
    {
        if (!_groups.TryGetValue(name, out var group))
            _groups[name] = group = new Group(options.Clock, options.FirstRebalanceDelay);
        return group;
    }

    public void Expire()
    {
        foreach (var group in _groups.Values)
            group.Expire();
    }
}
