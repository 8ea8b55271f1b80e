using System.Net;
using System.Net.Sockets;
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
    private readonly Dictionary<(string Host, int Port), TcpListener> _listeners = [];
    private readonly Dictionary<ProxyConnection, Task> _connections = [];
    private readonly List<Task> _accepting = [];
    private bool _away;
    private int _refused;

    private KafkaProxy(string host, int port) => Port = LocalPort(host, port);

    /// <summary>Port for the broker it was made for.</summary>
    public int Port { get; }

    /// <summary>What clients take for <c>bootstrap.servers</c>.</summary>
    public string Address => $"{TransactionalBroker.Host}:{Port}";

    /// <summary>What is to go wrong, and how many requests there were. Errors cannot be answered here.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Connections that were refused because it was away.</summary>
    public int Refused
    {
        get
        {
            lock (_gate)
                return _refused;
        }
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="servers">The broker's <c>host:port</c>; of several, the first is asked for the others.</param>
    public static KafkaProxy Start(string servers)
    {
        var first = servers.Split(',')[0];
        var colon = first.LastIndexOf(':');
        return new KafkaProxy(first[..colon].Trim('[', ']'), int.Parse(first[(colon + 1)..]));
    }

    /// <summary>Cuts every connection that there is; new ones are taken.</summary>
    public void CutConnections()
    {
        List<ProxyConnection> cut;
        lock (_gate)
            cut = [.. _connections.Keys];
        cut.ForEach(connection => connection.Cut());
    }

    /// <summary>Cuts every connection and refuses new ones until <see cref="Return"/>.</summary>
    public void GoAway()
    {
        lock (_gate)
            _away = true;
        CutConnections();
    }

    /// <summary>Takes connections again.</summary>
    public void Return()
    {
        lock (_gate)
            _away = false;
    }

    /// <summary>Closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        GoAway();
        List<Task> running;
        lock (_gate)
        {
            foreach (var listener in _listeners.Values)
                listener.Stop();
            running = [.. _connections.Values, .. _accepting];
        }

        await Task.WhenAll(running);
    }

    private int LocalPort(string host, int port)
    {
        lock (_gate)
        {
            if (!_listeners.TryGetValue((host, port), out var listener))
            {
                listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                _listeners[(host, port)] = listener;
                _accepting.Add(AcceptAsync(listener, host, port));
            }

            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }

    private async Task AcceptAsync(TcpListener listener, string host, int port)
    {
        await Task.Yield();
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync();
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return;
            }

            var connection = new ProxyConnection(socket, host, port, Faults, LocalPort);
            lock (_gate)
            {
                if (_away)
                {
                    _refused++;
                    connection.Dispose();
                }
                else
                {
                    _connections[connection] = ServeAsync(connection);
                }
            }
        }
    }

    private async Task ServeAsync(ProxyConnection connection)
    {
        await Task.Yield();
        using (connection)
            await connection.RunAsync();
        lock (_gate)
            _connections.Remove(connection);
    }
}
