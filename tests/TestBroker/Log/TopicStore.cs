using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Log;

/// <summary>All topics. Called under the broker's lock.</summary>
internal sealed class TopicStore(BrokerOptions options)
{
    private const int MaxPartitions = 1000;
    private readonly SortedDictionary<string, Topic> _topics = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Topic> All => _topics.Values;

    public Topic? Find(string name) => _topics.GetValueOrDefault(name);

    public PartitionLog? Find(string name, int partition) =>
        Find(name) is { } topic && partition >= 0 && partition < topic.Partitions.Count ? topic.Partitions[partition] : null;

    /// <summary>The topic; created when it is not there and that is allowed.</summary>
    public (ErrorCode Error, Topic? Topic) FindOrCreate(string name, bool create)
    {
        if (Find(name) is { } there)
            return (ErrorCode.None, there);
        if (!IsName(name))
            return (ErrorCode.InvalidTopic, null);
        return create && options.AutoCreateTopics && Create(name, -1, -1, [], keep: true) == ErrorCode.None
            ? (ErrorCode.None, Find(name))
            : (ErrorCode.UnknownTopicOrPartition, null);
    }

    /// <summary>Creates a topic.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitions">Its partitions; -1 for the broker's choice.</param>
    /// <param name="replication">Copies; -1 or 1, because there is one node.</param>
    /// <param name="own">Its options.</param>
    /// <param name="keep">False only checks.</param>
    public ErrorCode Create(string name, int partitions, short replication, IReadOnlyList<KeyValuePair<string, string?>> own, bool keep)
    {
        if (!IsName(name))
            return ErrorCode.InvalidTopic;
        if (_topics.ContainsKey(name))
            return ErrorCode.TopicAlreadyExists;
        if (partitions is not -1 and (< 1 or > MaxPartitions))
            return ErrorCode.InvalidPartitions;
        if (replication is not -1 and not 1)
            return ErrorCode.InvalidReplicationFactor;
        if (own.Any(option => !TopicOptions.IsValid(option.Key, option.Value)))
            return ErrorCode.InvalidConfig;
        if (keep)
        {
            var count = partitions < 0 ? options.DefaultPartitions : partitions;
            var values = own.GroupBy(option => option.Key).ToDictionary(group => group.Key, group => group.Last().Value!);
            _topics.Add(name, new Topic(name, [.. Enumerable.Range(0, count).Select(_ => new PartitionLog(options.Cheats))], values));
        }

        return ErrorCode.None;
    }

    public bool Remove(string name) => _topics.Remove(name);

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 249 && name is not "." and not ".." && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
