using Confluent.Kafka;
using Emergence.Broker.Tests.TestBroker;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.TestBroker.Proxy;
using Emergence.TestBroker.Server;
using Emergence.TestKit.Kafka;

namespace Emergence.Broker.Tests.Suite;

/// <summary>
/// The broker that a check runs against: the one that <see cref="Variable"/> names, else the test broker. Nothing is assumed to be empty:
/// names of topics, groups and transactional ids are new each time.
/// </summary>
internal sealed class BrokerUnderTest : IAsyncDisposable
{
    /// <summary>The environment variable that names a real broker, <c>host:port</c>, without encryption.</summary>
    public const string Variable = "EMERGENCE_TEST_KAFKA";
    private readonly string _unique = Guid.NewGuid().ToString("n")[..12];
    private readonly Func<string, int, Task>? _create;
    private readonly IAsyncDisposable? _owned;
    private readonly List<IKafkaClient> _clients = [];
    private int _names;

    private BrokerUnderTest(string name, string servers, IAsyncDisposable? owned, Func<string, int, Task>? create = null)
    {
        (Name, Servers, _owned, _create) = (name, servers, owned, create);
        Proxy = KafkaProxy.Start(servers);
    }

    /// <summary>The real broker's address; null when none is named.</summary>
    public static string? Real => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    /// <summary>What the output calls it.</summary>
    public string Name { get; }

    /// <summary>Where clients reach it.</summary>
    public string Servers { get; }

    /// <summary>Stands in front of it for the clients whose connections are to break.</summary>
    public KafkaProxy Proxy { get; }

    /// <summary>How long a call may take before the check is a failure.</summary>
    public TimeSpan Patience => TimeSpan.FromSeconds(Real is null ? 40 : 150);

    /// <summary>The least session time-out that a broker allows by default.</summary>
    public static TimeSpan Session => TimeSpan.FromSeconds(6);

    /// <summary>The broker that the environment names, else an honest test broker.</summary>
    public static BrokerUnderTest Chosen() => Real is { } real ? new($"the broker at {real}", real, null) : Cheating(Cheats.None);

    /// <summary>A broker that somebody else has started.</summary>
    public static BrokerUnderTest At(string servers) => new($"the broker at {servers}", servers, null);

    /// <summary>A test broker that breaks its word.</summary>
    public static BrokerUnderTest Cheating(Cheats cheats)
    {
        // Markers come late, as those of a real broker do, so that whoever relies on their being there at once is found out.
        var broker = TransactionalBroker.Start(new BrokerOptions { Cheats = cheats, AutoCreateTopics = false, MarkerDelay = TimeSpan.FromMilliseconds(30) });
        return new BrokerUnderTest(cheats == Cheats.None ? "the test broker" : $"a test broker with {cheats}", broker.Address, broker);
    }

    /// <summary>librdkafka's mock cluster.</summary>
    public static BrokerUnderTest Mock()
    {
        KafkaClientLibrary.UseMachineLibrary();
        var cluster = MockCluster.Start();
        return new BrokerUnderTest("librdkafka's mock cluster", cluster.Servers, new Held(cluster), (topic, partitions) =>
        {
            cluster.Topic(topic, partitions);
            return Task.CompletedTask;
        });
    }

    /// <summary>A name that nobody has used.</summary>
    public string Unique(string what) => $"emergence-test-{_unique}-{what}-{Interlocked.Increment(ref _names)}";

    /// <summary>The product's client.</summary>
    /// <param name="proxied">Whether its connections go through <see cref="Proxy"/>.</param>
    /// <param name="properties">Further properties.</param>
    public IKafkaClient Client(bool proxied = false, params (string Name, string Value)[] properties)
    {
        var client = KafkaClients.Connect(new KafkaSettings
        {
            Servers = proxied ? Proxy.Address : Servers,
            Topics = new KafkaTopics(Unique("prefix")),
            Properties = properties.Append((Name: "reconnect.backoff.max.ms", Value: "200")).ToDictionary(property => property.Name, property => property.Value),
        });
        _clients.Add(client);
        return client;
    }

    /// <summary>Creates a topic of its own.</summary>
    public async Task<string> TopicAsync(int partitions = 1)
    {
        var topic = Unique("topic");
        if (_create is not null)
            await _create(topic, partitions);
        else
            await CreateAsync(topic, partitions);
        return topic;
    }

    /// <summary>How many messages and marks a partition holds, and where a reader of what is committed ends.</summary>
    public async Task<(long High, long Stable)> EndsAsync(string topic, int partition = 0) => await Task.Run(() =>
    {
        using var everything = RawClients.Consumer(Servers, Unique("ends"), committed: false);
        using var committed = RawClients.Consumer(Servers, Unique("ends"), committed: true);
        var place = new TopicPartition(topic, partition);
        return (everything.QueryWatermarkOffsets(place, Patience).High.Value, committed.QueryWatermarkOffsets(place, Patience).High.Value);
    });

    /// <summary>Waits until a partition holds so many messages and marks, committed or not.</summary>
    public async Task ArrivedAsync(string topic, long count, int partition = 0) => await Task.Run(() =>
    {
        using var consumer = RawClients.Consumer(Servers, Unique("arrived"), committed: false);
        var late = new CancellationTokenSource(Patience);
        while (consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), Patience).High < count)
            late.Token.ThrowIfCancellationRequested();
    });

    /// <summary>Waits until a message has arrived, committed or not.</summary>
    public async Task ArrivedAsync(string topic, string value)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!(await EverythingAsync(topic)).Contains(value))
            late.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Values of a partition as a reader of everything sees them, aborted ones included.</summary>
    public Task<IReadOnlyList<string>> EverythingAsync(string topic, int partition = 0) =>
        Task.Run(() => RawClients.Read(Servers, topic, committed: false, partition));

    /// <summary>A group's offset in a partition as committed; null when there is none.</summary>
    public async Task<long?> OffsetAsync(string group, string topic, int partition = 0) => await Task.Run(() =>
    {
        using var consumer = RawClients.Consumer(Servers, group, committed: true);
        var offset = consumer.Committed([new TopicPartition(topic, partition)], Patience).Single().Offset;
        return offset == Offset.Unset ? (long?)null : offset.Value;
    });

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Proxy.DisposeAsync();
        if (_owned is not null)
            await _owned.DisposeAsync();
    }

    private async Task CreateAsync(string topic, int partitions)
    {
        using var late = new CancellationTokenSource(Patience);
        var client = Client();
        try
        {
            await client.CreateAsync([new TopicPlan(topic, partitions, -1, new Dictionary<string, string>())], late.Token);
        }
        catch (KafkaFailureException)
        {
            // Brokers before 2.4 want to be told how many copies.
            await client.CreateAsync([new TopicPlan(topic, partitions, 1, new Dictionary<string, string>())], late.Token);
        }
    }

    private sealed class Held(IDisposable held) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            held.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
