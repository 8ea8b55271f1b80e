using Emergence.TestBroker.Apis;
using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Transactions;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Server;

/// <summary>
/// A Kafka broker of one node, in memory, for tests: what transactions, fencing, readers of what is committed and consumer groups promise,
/// over the wire protocol on 127.0.0.1. It keeps everything it is given until it is disposed. README.md says what it does not check.
/// </summary>
public sealed class TransactionalBroker : IAsyncDisposable
{
    /// <summary>Number of the one node.</summary>
    public const int NodeId = 1;

    /// <summary>Where it listens.</summary>
    public const string Host = "127.0.0.1";

    /// <summary>What it calls its cluster.</summary>
    public const string ClusterId = "emergence-test-broker";
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private readonly BrokerState _state;
    private readonly IReadOnlyDictionary<ApiKey, IApi> _apis;
    private readonly ITimer _timer;
    private readonly Door _door = new();

    private TransactionalBroker(BrokerOptions options)
    {
        _state = new BrokerState(options);
        _apis = ApiTable.Make(_state, () => Port);
        Port = _door.Listen(options.Port, socket => new Connection(socket, _apis, Faults));
        _timer = options.Clock.CreateTimer(_ => _state.Expire(), null, Tick, Tick);
    }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>What clients take for <c>bootstrap.servers</c>.</summary>
    public string Address => $"{Host}:{Port}";

    /// <summary>What is to go wrong, and how many requests there were.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="options">What it shall be like; null for an honest broker on a free port.</param>
    public static TransactionalBroker Start(BrokerOptions? options = null) => new(options ?? new BrokerOptions());

    /// <summary>Cuts every connection that there is; new ones are taken.</summary>
    public void CutConnections() => _door.Cut();

    /// <summary>Cuts every connection and refuses new ones until <see cref="Return"/>. What it holds stays.</summary>
    public void GoAway() => _door.Shut();

    /// <summary>Takes connections again.</summary>
    public void Return() => _door.Open();

    /// <summary>Where a transactional id stands; null when it has never been initialised.</summary>
    public TransactionPhase? PhaseOf(string transactionalId)
    {
        lock (_state.Gate)
            return _state.Transactions.PhaseOf(transactionalId);
    }

    /// <summary>Where a partition ends, for readers of everything and for those of what is committed; null when it is not there.</summary>
    public (long HighWatermark, long LastStableOffset)? EndOf(string topic, int partition)
    {
        lock (_state.Gate)
            return _state.Topics.Find(topic, partition) is { } log ? (log.HighWatermark, log.LastStableOffset) : null;
    }

    /// <summary>A group's offset in a partition, as committed; null when there is none.</summary>
    public long? OffsetOf(string group, string topic, int partition)
    {
        lock (_state.Gate)
            return _state.Groups.Offsets.Find(group, topic, partition)?.Offset;
    }

    /// <summary>Bytes of all record batches held.</summary>
    public long Bytes
    {
        get
        {
            lock (_state.Gate)
                return _state.Topics.All.Sum(topic => topic.Partitions.Sum(log => log.Bytes));
        }
    }

    /// <summary>Closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _door.DisposeAsync();
    }
}
