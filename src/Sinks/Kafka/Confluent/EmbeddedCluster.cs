using Confluent.Kafka;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>librdkafka's mock cluster, inside this process. For trying out: it keeps a few megabytes of each partition in memory and nothing on a disk.</summary>
internal sealed class EmbeddedCluster : IDisposable
{
    private readonly IAdminClient _owner;

    private EmbeddedCluster(IAdminClient owner, string servers) => (_owner, Servers) = (owner, servers);

    /// <summary>Its address, which other processes of this machine can use too.</summary>
    public string Servers { get; }

    /// <summary>Starts it.</summary>
    public static EmbeddedCluster Start()
    {
        var owner = new AdminClientBuilder(new Dictionary<string, string> { ["test.mock.num.brokers"] = "1" }).SetLogHandler((_, _) => { }).Build();
        try
        {
            return new(owner, string.Join(',', owner.GetMetadata(Limits.Call).Brokers.Select(broker => $"{broker.Host}:{broker.Port}")));
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that topics are there: it has no request that creates them, and creates those that a producer asks for.</summary>
    /// <param name="topics">Their names.</param>
    public void Touch(IEnumerable<string> topics)
    {
        foreach (var topic in topics)
            _owner.GetMetadata(topic, Limits.Call);
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();
}
