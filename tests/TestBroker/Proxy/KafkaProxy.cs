using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Server;

namespace Emergence.TestBroker.Proxy;

/// <summary>
/// Stands between clients and any Kafka broker, a real one too, without encryption: counts requests, and lets connections go wrong at chosen ones.
/// What the broker says of its nodes is rewritten, so that clients come back to the proxy for each of them.
/// </summary>
public sealed class KafkaProxy : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Host, int Port), int> _ports = [];
    private readonly Door _door = new();

    private KafkaProxy(string host, int port) => Port = LocalPort(host, port);

    /// <summary>Port for the broker it was made for.</summary>
    public int Port { get; }

    /// <summary>What clients take for <c>bootstrap.servers</c>.</summary>
    public string Address => $"{TransactionalBroker.Host}:{Port}";

    /// <summary>What is to go wrong, and how many requests there were. Errors cannot be answered here.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Connections that were refused because it was away.</summary>
    public int Refused => _door.Refused;

    /// <summary>Begins to listen.</summary>
    /// <param name="servers">The broker's <c>host:port</c>; of several, the first is asked for the others.</param>
    public static KafkaProxy Start(string servers)
    {
        var first = servers.Split(',')[0];
        var colon = first.LastIndexOf(':');
        return new KafkaProxy(first[..colon].Trim('[', ']'), int.Parse(first[(colon + 1)..]));
    }

    /// <summary>Cuts every connection that there is; new ones are taken.</summary>
    public void CutConnections() => _door.Cut();

    /// <summary>Cuts every connection and refuses new ones until <see cref="Return"/>.</summary>
    public void GoAway() => _door.Shut();

    /// <summary>Takes connections again.</summary>
    public void Return() => _door.Open();

    /// <summary>Closes everything.</summary>
    public ValueTask DisposeAsync() => _door.DisposeAsync();

    private int LocalPort(string host, int port)
    {
        lock (_gate)
        {
            if (!_ports.TryGetValue((host, port), out var local))
            {
                local = _door.Listen(0, socket => new ProxyConnection(socket, host, port, Faults, LocalPort));
                _ports[(host, port)] = local;
            }

            return local;
        }
    }
}
