using System.Net;
using System.Net.Sockets;

namespace Emergence.TestBroker.Server;

/// <summary>Takes connections on any number of ports of 127.0.0.1, cuts them, and refuses them while it is shut.</summary>
internal sealed class Door : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<TcpListener> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly Dictionary<IServedConnection, Task> _connections = [];
    private bool _shut;
    private int _refused;

    /// <summary>Connections that were refused because it was shut.</summary>
    public int Refused
    {
        get
        {
            lock (_gate)
                return _refused;
        }
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="take">Makes a connection of a client's socket.</param>
    /// <returns>The port.</returns>
    public int Listen(int port, Func<Socket, IServedConnection> take)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        lock (_gate)
        {
            _listeners.Add(listener);
            _accepting.Add(AcceptAsync(listener, take));
        }

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Cuts every connection that there is; new ones are taken.</summary>
    public void Cut()
    {
        List<IServedConnection> cut;
        lock (_gate)
            cut = [.. _connections.Keys];
        cut.ForEach(connection => connection.Cut());
    }

    /// <summary>Cuts every connection and refuses new ones until <see cref="Open"/>.</summary>
    public void Shut()
    {
        lock (_gate)
            _shut = true;
        Cut();
    }

    /// <summary>Takes connections again.</summary>
    public void Open()
    {
        lock (_gate)
            _shut = false;
    }

    /// <summary>Closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        Shut();
        List<Task> running;
        lock (_gate)
        {
            _listeners.ForEach(listener => listener.Stop());
            running = [.. _accepting];
        }

        // Only then is no further connection taken.
        await Task.WhenAll(running);
        lock (_gate)
            running = [.. _connections.Values];
        await Task.WhenAll(running);
    }

    private async Task AcceptAsync(TcpListener listener, Func<Socket, IServedConnection> take)
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

            var connection = take(socket);
            lock (_gate)
            {
                // The port stays taken while the door is shut: a connection is closed as soon as it has come.
                if (_shut)
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

    private async Task ServeAsync(IServedConnection connection)
    {
        await Task.Yield();
        using (connection)
            await connection.RunAsync();
        lock (_gate)
            _connections.Remove(connection);
    }
}
