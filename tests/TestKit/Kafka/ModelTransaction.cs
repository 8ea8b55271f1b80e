using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>A transaction of the model.</summary>
/// <param name="begun">When its first message was sent.</param>
internal sealed class ModelTransaction(DateTimeOffset begun)
{
    public DateTimeOffset Begun { get; } = begun;

    /// <summary>Null while it is open.</summary>
    public bool? Committed { get; set; }

    public HashSet<ModelPartition> Partitions { get; } = [];

    public List<(string Group, MessagePlace Next)> Offsets { get; } = [];
}
