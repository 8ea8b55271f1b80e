using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Emergence.TestKit.Kafka;

/// <summary>A broker that knows how a client says who it is, and takes nobody's word: every SASL/PLAIN authentication fails.</summary>
public sealed class RefusingBroker : IDisposable
{
    private const short SaslHandshake = 17;
    private const short ApiVersions = 18;
    private const short SaslAuthenticate = 36;
    private const short UnsupportedVersion = 35;
    private const short SaslAuthenticationFailed = 58;
    private const int LargestRequest = 1 << 16;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public RefusingBroker()
    {
        _listener.Start();
        Servers = _listener.LocalEndpoint.ToString()!;
        _ = AcceptAsync();
    }

    public string Servers { get; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var length = new byte[4];
                while (true)
                {
                    await stream.ReadExactlyAsync(length, _stop.Token);
                    var size = BinaryPrimitives.ReadInt32BigEndian(length);
                    if (size is < 8 or > LargestRequest)
                        return;
                    var request = new byte[size];
                    await stream.ReadExactlyAsync(request, _stop.Token);
                    await stream.WriteAsync(Answer(request), _stop.Token);
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
            {
            }
        }
    }

    private static byte[] Answer(byte[] request)
    {
        var kind = BinaryPrimitives.ReadInt16BigEndian(request);
        var version = BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(2));
        using var body = new MemoryStream();
        switch (kind)
        {
            case ApiVersions:
                Short(version == 0 ? (short)0 : UnsupportedVersion);
                Int(3);
                foreach (var (api, highest) in new (short, short)[] { (SaslHandshake, 1), (ApiVersions, 0), (SaslAuthenticate, 0) })
                {
                    Short(api);
                    Short(0);
                    Short(highest);
                }

                break;
            case SaslHandshake:
                Short(0);
                Int(1);
                Text("PLAIN");
                break;
            default:
                Short(SaslAuthenticationFailed);
                Text("Authentication failed: Invalid username or password");
                Int(0);
                break;
        }

        var answer = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(answer, answer.Length - 4);
        request.AsSpan(4, 4).CopyTo(answer.AsSpan(4));
        body.ToArray().CopyTo(answer.AsSpan(8));
        return answer;

        void Short(short value) => body.Write([(byte)(value >> 8), (byte)value]);

        void Int(int value)
        {
            Short((short)(value >> 16));
            Short((short)value);
        }

        void Text(string text)
        {
            Short((short)text.Length);
            body.Write(System.Text.Encoding.ASCII.GetBytes(text));
        }
    }
}
