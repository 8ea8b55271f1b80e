namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// The weights of every used checkpoint of a run, by hash, so that a copy of another step's weights is found: a curve over it
/// would show a stand-still that never was. So is a checkpoint that was put together from shards of two steps. (Steps 0 and 1 of
/// a run whose learning rate starts at zero are such copies.) Not thread-safe.
/// </summary>
public sealed class CheckpointRegistry
{
    private readonly Dictionary<string, long> _stepOf = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Shard, string Hash), long> _stepOfShard = [];

    /// <summary>Looks for another recorded step that has the same weights, or the same shard under the same name.</summary>
    /// <param name="step">The step.</param>
    /// <param name="hashes">Its weights.</param>
    /// <returns>What was found, the whole before a shard, the earliest recorded step first; null when nothing is the same.</returns>
    public WeightMatch? Find(long step, WeightHashes hashes)
    {
        if (_stepOf.TryGetValue(hashes.Whole, out var other) && other != step)
        {
            return new WeightMatch(other, null, 0);
        }

        WeightMatch? first = null;
        foreach (var (shard, hash) in hashes.Shards.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            if (_stepOfShard.TryGetValue((shard, hash), out other) && other != step)
            {
                first = first is null ? new WeightMatch(other, shard, 1) : first with { Shards = first.Shards + (other == first.Step ? 1 : 0) };
            }
        }

        return first;
    }

    /// <summary>Records the weights of a step that is used.</summary>
    /// <param name="step">The step.</param>
    /// <param name="hashes">Its weights.</param>
    public void Add(long step, WeightHashes hashes)
    {
        _stepOf.TryAdd(hashes.Whole, step);
        foreach (var (shard, hash) in hashes.Shards)
        {
            _stepOfShard.TryAdd((shard, hash), step);
        }
    }
}
