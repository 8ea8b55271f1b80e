using System.Collections.Concurrent;
using System.Net.Sockets;
using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Proxy;

/// <summary>One client's connection to one node, passed on request by request.</summary>
internal sealed class ProxyConnection(Socket client, string host, int port, FaultPlan faults, Func<string, int, int> localPort) : IServedConnection
{
    private sealed record Pending(RequestHeader Header, FaultAction? Fault);

    private readonly Socket _node = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _closed = new();
    private readonly ConcurrentDictionary<int, Pending> _pending = new();

    /// <summary>Passes on until either side closes.</summary>
    public async Task RunAsync()
    {
        try
        {
            client.NoDelay = _node.NoDelay = true;
            await _node.ConnectAsync(host, port, _closed.Token);
            await using var near = new NetworkStream(client, ownsSocket: false);
            await using var far = new NetworkStream(_node, ownsSocket: false);
            await Task.WhenAll(PassRequestsAsync(near, far), PassAnswersAsync(far, near));
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException or WireException or ObjectDisposedException)
        {
            // Either side went away.
        }
        finally
        {
            Cut();
        }
    }

    /// <summary>Ends both connections at once.</summary>
    public void Cut()
    {
        try
        {
            _closed.Cancel();
            client.Close(0);
            _node.Close(0);
        }
        catch (ObjectDisposedException)
        {
            // Closed already.
        }
    }

    public void Dispose()
    {
        Cut();
        _closed.Dispose();
    }

    private async Task PassRequestsAsync(Stream near, Stream far)
    {
        try
        {
            while (await Frames.ReadAsync(near, _closed.Token) is { } frame)
            {
                var header = RequestHeader.Read(new WireReader(frame));
                var fault = faults.Next((ApiKey)header.Api, header.ClientId, frame.Length);
                if (fault is FaultAction.Error)
                    throw new NotSupportedException("A proxy cannot answer for the broker; use the test broker's own faults.");
                if (fault is FaultAction.CutBefore)
                    return;
                if (fault is FaultAction.Delay delay)
                    await Task.Delay(delay.By, _closed.Token);
                if (fault is FaultAction.Hold hold)
                    await hold.Until.WaitAsync(_closed.Token);
                (fault as FaultAction.Before)?.What();
                _pending[header.CorrelationId] = new Pending(header, fault);
                await Frames.WriteAsync(far, frame, default, _closed.Token);
            }
        }
        finally
        {
            Cut();
        }
    }

    private async Task PassAnswersAsync(Stream far, Stream near)
    {
        try
        {
            while (await Frames.ReadAsync(far, _closed.Token) is { } frame)
            {
                var correlationId = new WireReader(frame).Int32();
                ReadOnlyMemory<byte> answer = frame;
                if (_pending.TryRemove(correlationId, out var pending))
                {
                    (pending.Fault as FaultAction.After)?.What();
                    if (pending.Fault is FaultAction.CutAfter)
                        return;
                    answer = AnswerRewriter.Rewrite((ApiKey)pending.Header.Api, pending.Header.Version, frame, localPort);
                }

                await Frames.WriteAsync(near, answer, default, _closed.Token);
            }
        }
        finally
        {
            Cut();
        }
    }
}
