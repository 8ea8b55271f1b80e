using System.Net.Sockets;
using System.Threading.Channels;
using Emergence.TestBroker.Apis;
using Emergence.TestBroker.Faults;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Server;

/// <summary>One client's connection: requests are answered one after the other, as a real broker does.</summary>
internal sealed class Connection(Socket socket, IReadOnlyDictionary<ApiKey, IApi> apis, FaultPlan faults) : IServedConnection
{
    private const int ReadAhead = 8;
    private readonly CancellationTokenSource _closed = new();
    private volatile bool _cut;

    /// <summary>Answers until either side closes the connection.</summary>
    public async Task RunAsync()
    {
        try
        {
            socket.NoDelay = true;
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            var frames = Channel.CreateBounded<byte[]>(ReadAhead);
            await Task.WhenAll(ReceiveAsync(stream, frames.Writer), AnswerAsync(stream, frames.Reader));
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException or WireException or ObjectDisposedException)
        {
            // The client went away, was cut off, or spoke no Kafka: all that is to be done is to close.
        }
        finally
        {
            End(() => socket.Close());
        }
    }

    /// <summary>Ends the connection at once, without a farewell.</summary>
    public void Cut() => End(() => socket.Close(0));

    public void Dispose()
    {
        Cut();
        _closed.Dispose();
    }

    private void End(Action close)
    {
        _cut = true;
        try
        {
            _closed.Cancel();
            close();
        }
        catch (ObjectDisposedException)
        {
            // Closed already.
        }
    }

    /// <summary>Reads ahead, so that a client that goes away is noticed while its request waits. What it sent before is still carried out.</summary>
    private async Task ReceiveAsync(Stream stream, ChannelWriter<byte[]> frames)
    {
        try
        {
            while (await Frames.ReadAsync(stream, _closed.Token) is { } frame)
                await frames.WriteAsync(frame, _closed.Token);
        }
        finally
        {
            frames.TryComplete();
            await _closed.CancelAsync();
        }
    }

    private async Task AnswerAsync(Stream stream, ChannelReader<byte[]> frames)
    {
        try
        {
            await foreach (var frame in frames.ReadAllAsync())
            {
                if (_cut)
                    return;
                if (!await AnswerAsync(stream, frame))
                {
                    Cut();
                    return;
                }
            }
        }
        catch
        {
            // The other loop must not wait for a client that is not answered any more.
            Cut();
            throw;
        }
    }

    private async Task<bool> AnswerAsync(Stream stream, byte[] frame)
    {
        var reader = new WireReader(frame);
        var header = RequestHeader.Read(reader);
        if (!apis.TryGetValue((ApiKey)header.Api, out var api))
            return false;
        var asksForVersions = api.Range.Key == ApiKey.ApiVersions;
        if (header.Version < 0 || header.Version < api.Range.Answered || header.Version < api.Range.Oldest || (header.Version > api.Range.Newest && !asksForVersions))
            return false;
        var flexible = api.Range.IsFlexible(header.Version) && header.Version <= api.Range.Newest;
        reader.Flexible = flexible;
        reader.Tags();

        var fault = faults.Next(api.Range.Key, header.ClientId, frame.Length);
        if (fault is FaultAction.CutBefore)
            return false;
        if (fault is FaultAction.Delay delay)
            await Task.Delay(delay.By, _closed.Token);
        if (fault is FaultAction.Hold hold)
            await hold.Until.WaitAsync(_closed.Token);
        (fault as FaultAction.Before)?.What();

        var request = new Request(api.Range.Key, header.Version, header.ClientId, (fault as FaultAction.Error)?.Code ?? ErrorCode.None, _closed.Token);
        var head = new WireWriter { Flexible = flexible && !asksForVersions };
        head.Int32(header.CorrelationId);
        head.Tags();
        var body = new WireWriter { Flexible = flexible };
        await api.AnswerAsync(request, reader, body);

        (fault as FaultAction.After)?.What();
        if (fault is FaultAction.CutAfter)
            return false;
        if (!request.Unanswered)
            await Frames.WriteAsync(stream, head.Written, body.Written, CancellationToken.None);
        return true;
    }
}
