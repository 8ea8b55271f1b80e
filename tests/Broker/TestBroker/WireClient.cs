using System.Net.Sockets;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.Broker.Tests.TestBroker;

/// <summary>Asks a broker byte by byte, for answers that no client library shows.</summary>
internal sealed class WireClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpClient _tcp;
    private int _correlation;

    public WireClient(int port) => _tcp = new TcpClient(TransactionalBroker.Host, port);

    public void Dispose() => _tcp.Dispose();

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(ApiKey api, short version, int correlation, bool flexible, Action<WireWriter> body)
    {
        var writer = new WireWriter();
        writer.Int16((short)api);
        writer.Int16(version);
        writer.Int32(correlation);
        writer.String("wire");
        writer.Flexible = flexible;
        writer.Tags();
        body(writer);
        return writer.Written.ToArray();
    }

    /// <summary>Sends a request; gives the answer behind its header, or null when the connection was closed instead.</summary>
    public async Task<WireReader?> AskAsync(ApiKey api, short version, Action<WireWriter> body, bool flexible = false)
    {
        if (await SendAsync(Request(api, version, ++_correlation, flexible, body)) is not { } frame)
            return null;
        var reader = new WireReader(frame) { Flexible = flexible };
        Assert.Equal(_correlation, reader.Int32());
        if (api != ApiKey.ApiVersions)
            reader.Tags();
        return reader;
    }

    /// <summary>Sends bytes as a frame; gives the answer, or null when the connection was closed instead.</summary>
    public async Task<byte[]?> SendAsync(byte[] request)
    {
        using var late = new CancellationTokenSource(Patience);
        try
        {
            await Frames.WriteAsync(_tcp.GetStream(), request, default, late.Token);
            return await Frames.ReadAsync(_tcp.GetStream(), late.Token);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async Task<(ErrorCode Error, long Id, short Epoch)> InitialiseAsync(string id, short version = 4, long producerId = -1, short epoch = -1)
    {
        var answer = (await AskAsync(ApiKey.InitProducerId, version, request =>
        {
            request.String(id);
            request.Int32(60_000);
            if (version >= 3)
            {
                request.Int64(producerId);
                request.Int16(epoch);
            }

            request.Tags();
        }, flexible: version >= 2))!;
        answer.Int32();
        return ((ErrorCode)answer.Int16(), answer.Int64(), answer.Int16());
    }

    public async Task<ErrorCode> AddAsync(string id, long producerId, short epoch, string topic, short version = 2, int partition = 0)
    {
        var answer = (await AskAsync(ApiKey.AddPartitionsToTxn, version, request =>
        {
            request.String(id);
            request.Int64(producerId);
            request.Int16(epoch);
            request.Array([topic], name =>
            {
                request.String(name);
                request.PlainArray([partition], request.Int32);
            });
        }))!;
        answer.Int32();
        return answer.Topics(() => (answer.Int32(), Error: (ErrorCode)answer.Int16()))[0].Parts[0].Error;
    }

    public async Task<ErrorCode> EndAsync(string id, long producerId, short epoch, bool commit, short version = 2)
    {
        var answer = (await AskAsync(ApiKey.EndTxn, version, request =>
        {
            request.String(id);
            request.Int64(producerId);
            request.Int16(epoch);
            request.Bool(commit);
        }))!;
        answer.Int32();
        return (ErrorCode)answer.Int16();
    }

    public async Task<(ErrorCode Error, long Offset)> ProduceAsync(string topic, byte[] batch, string? transactionalId = null)
    {
        var answer = (await AskAsync(ApiKey.Produce, 7, request =>
        {
            request.String(transactionalId);
            request.Int16(-1);
            request.Int32(1000);
            request.Topics([new TopicParts<int>(topic, [0])], partition =>
            {
                request.Int32(partition);
                request.Bytes(batch);
            });
        }))!;
        var part = answer.Topics(() =>
        {
            answer.Int32();
            var result = ((ErrorCode)answer.Int16(), answer.Int64());
            answer.Int64();
            answer.Int64();
            return result;
        })[0].Parts[0];
        return part;
    }

    /// <summary>Creates the topic by asking for it.</summary>
    public Task CreateAsync(string topic) => AskAsync(ApiKey.Metadata, 4, request =>
    {
        request.PlainArray([topic], request.String);
        request.Bool(true);
    });

    /// <summary>A batch of records without keys, one byte of value each.</summary>
    public static byte[] Batch(long producerId, short epoch, int sequence, int records = 1, bool transactional = false) =>
        BatchBytes.Make(producerId, epoch, sequence, records, transactional);
}
