using System.Runtime.InteropServices;

namespace Emergence.TestKit.Kafka;

/// <summary>
/// librdkafka's mock cluster on loopback TCP, with faults on request; other processes can use it too. It can carry tests of faults, formats and
/// groups, never of exactly-once: it does not hide aborted messages, does not fence, drops offsets sent to a transaction, and keeps 5 MiB of each
/// partition and silently drops the rest. A group's first join waits three seconds.
/// </summary>
public sealed class MockCluster : IDisposable
{
    private readonly nint _client;
    private readonly nint _cluster;

    private MockCluster(nint client, nint cluster)
    {
        _client = client;
        _cluster = cluster;
        Servers = Marshal.PtrToStringUTF8(MockNative.rd_kafka_mock_cluster_bootstraps(cluster))!;
    }

    /// <summary>Addresses of its brokers: <c>host:port</c> separated by commas.</summary>
    public string Servers { get; }

    /// <summary>Starts a cluster.</summary>
    /// <param name="brokers">Number of brokers; their ids count from 1.</param>
    public static MockCluster Start(int brokers = 1)
    {
        const int producer = 0;
        const int errorBytes = 512;
        var configuration = MockNative.rd_kafka_conf_new();
        // Nothing may be printed by a library.
        MockNative.rd_kafka_conf_set_log_cb(configuration, 0);
        var error = new byte[errorBytes];
        var client = MockNative.rd_kafka_new(producer, configuration, error, errorBytes);
        if (client == 0)
            throw new InvalidOperationException("the client that owns the mock cluster cannot be made");
        var cluster = MockNative.rd_kafka_mock_cluster_new(client, brokers);
        return cluster != 0 ? new(client, cluster) : throw new InvalidOperationException("the mock cluster cannot be made");
    }

    /// <summary>Creates a topic.</summary>
    public MockCluster Topic(string name, int partitions = 1, int replication = 1)
    {
        Check(MockNative.rd_kafka_mock_topic_create(_cluster, name, partitions, replication));
        return this;
    }

    /// <summary>The next requests of a kind are answered by errors, one each; then they work again.</summary>
    /// <param name="request">One of <see cref="MockRequest"/>.</param>
    /// <param name="errors">Numbers of errors, those of the protocol or of librdkafka (-195 breaks the connection).</param>
    public void Fail(short request, params int[] errors) => MockNative.rd_kafka_mock_push_request_errors_array(_cluster, request, (nuint)errors.Length, errors);

    /// <summary>Requests of a kind work again.</summary>
    public void Heal(short request) => MockNative.rd_kafka_mock_clear_request_errors(_cluster, request);

    /// <summary>Every request that concerns a topic fails, or none does any more (0).</summary>
    public void FailTopic(string topic, int error) => MockNative.rd_kafka_mock_topic_set_error(_cluster, topic, error);

    /// <summary>Moves a partition to another broker.</summary>
    public void Lead(string topic, int partition, int broker) => Check(MockNative.rd_kafka_mock_partition_set_leader(_cluster, topic, partition, broker));

    /// <summary>Takes a broker away: its connections break and none are taken.</summary>
    public void Down(int broker = 1) => Check(MockNative.rd_kafka_mock_broker_set_down(_cluster, broker));

    /// <summary>Brings a broker back.</summary>
    public void Up(int broker = 1) => Check(MockNative.rd_kafka_mock_broker_set_up(_cluster, broker));

    /// <summary>Every answer of a broker takes so long.</summary>
    public void Delay(TimeSpan time, int broker = 1) => Check(MockNative.rd_kafka_mock_broker_set_rtt(_cluster, broker, (int)time.TotalMilliseconds));

    /// <summary>Moves a coordinator to another broker.</summary>
    /// <param name="kind"><c>group</c> or <c>transaction</c>.</param>
    /// <param name="key">Name of the group, or transactional id.</param>
    /// <param name="broker">The broker.</param>
    public void Coordinate(string kind, string key, int broker) => Check(MockNative.rd_kafka_mock_coordinator_set(_cluster, kind, key, broker));

    /// <summary>Says which versions of a request the brokers know; -1 and -1: none.</summary>
    public void Versions(short request, short lowest, short highest) => Check(MockNative.rd_kafka_mock_set_apiversion(_cluster, request, lowest, highest));

    /// <inheritdoc/>
    public void Dispose()
    {
        MockNative.rd_kafka_mock_cluster_destroy(_cluster);
        MockNative.rd_kafka_destroy(_client);
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new InvalidOperationException($"the mock cluster refused with error {error}");
    }
}
