namespace Emergence.Pipeline.Working;

/// <summary>
/// The layer groups that a worker has open. Nobody says when a run has ended, because it may always go on; so a group is closed when
/// work of other runs has come since, and when there has been no work for long. Opened again it goes on exactly where it was.
/// Safe from several threads.
/// </summary>
internal sealed class OpenGroups
{
    /// <summary>Runs whose groups stay open: those that were worked on last. More than one, so that two runs at a time do not close each other's groups.</summary>
    public const int MostRuns = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, OpenGroup> _groups = new(StringComparer.Ordinal);
    private readonly List<string> _runs = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<OpenGroup> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _groups.Values];
            }
        }
    }

    /// <summary>A group; null when it is not open.</summary>
    /// <param name="key">Run and layer group.</param>
    public OpenGroup? Find(string key)
    {
        lock (_gate)
        {
            return _groups.GetValueOrDefault(key);
        }
    }

    /// <summary>Adds one.</summary>
    /// <param name="group">The group.</param>
    public void Add(OpenGroup group)
    {
        lock (_gate)
        {
            _groups[group.Key] = group;
        }
    }

    /// <summary>Work of a group's run has come.</summary>
    /// <param name="group">The group.</param>
    /// <returns>Groups of runs that have had none for longest, to be closed.</returns>
    public IReadOnlyList<OpenGroup> Use(OpenGroup group)
    {
        lock (_gate)
        {
            _runs.Remove(group.Run);
            _runs.Add(group.Run);
            var old = _runs.Take(_runs.Count - MostRuns).ToHashSet(StringComparer.Ordinal);
            _runs.RemoveAll(old.Contains);
            return [.. _groups.Values.Where(g => old.Contains(g.Run))];
        }
    }

    /// <summary>Closes a group; when the call ends, nothing of it is held.</summary>
    /// <param name="group">The group.</param>
    public async Task CloseAsync(OpenGroup group)
    {
        try
        {
            await group.DisposeAsync();
        }
        finally
        {
            lock (_gate)
            {
                if (_groups.GetValueOrDefault(group.Key) == group)
                {
                    _groups.Remove(group.Key);
                }
            }
        }
    }
}
