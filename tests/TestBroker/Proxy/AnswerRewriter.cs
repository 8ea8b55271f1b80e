using System.Buffers.Binary;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Proxy;

/// <summary>
/// Makes the nodes that a broker names point to the proxy. So that these answers can be read, whatever the broker, the versions of the
/// requests for them are held down to those that have no tagged fields.
/// </summary>
internal static class AnswerRewriter
{
    private const short NewestMetadata = 8;
    private const short NewestFindCoordinator = 2;

    /// <summary>The answer that the client is to see.</summary>
    /// <param name="api">Kind of request.</param>
    /// <param name="version">Its version.</param>
    /// <param name="frame">The broker's answer; changed in place where that is enough.</param>
    /// <param name="localPort">The proxy's port for a node.</param>
    public static ReadOnlyMemory<byte> Rewrite(ApiKey api, short version, byte[] frame, Func<string, int, int> localPort) => api switch
    {
        ApiKey.ApiVersions => HoldDown(frame, version),
        ApiKey.Metadata => Metadata(frame, version, localPort),
        ApiKey.FindCoordinator => Coordinator(frame, version, localPort),
        _ => frame,
    };

    private static ReadOnlyMemory<byte> HoldDown(byte[] frame, short version)
    {
        var reader = new WireReader(frame);
        reader.Int32();
        if (reader.Int16() != 0)
            return frame;
        reader.Flexible = version >= 3;
        reader.Array(() =>
        {
            var key = (ApiKey)reader.Int16();
            reader.Int16();
            var at = reader.Position;
            var newest = Math.Min(reader.Int16(), key switch
            {
                ApiKey.Metadata => NewestMetadata,
                ApiKey.FindCoordinator => NewestFindCoordinator,
                _ => short.MaxValue,
            });
            BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(at), newest);
            return key;
        });
        return frame;
    }

    private static ReadOnlyMemory<byte> Metadata(byte[] frame, short version, Func<string, int, int> localPort)
    {
        var (reader, writer) = (new WireReader(frame), new WireWriter());
        writer.Int32(reader.Int32());
        if (version >= 3)
            writer.Int32(reader.Int32());
        var nodes = reader.Array(() => (Id: reader.Int32(), Host: reader.String(), Port: reader.Int32(), Rack: version >= 1 ? reader.NullableString() : null));
        writer.Array(nodes, node =>
        {
            writer.Int32(node.Id);
            writer.String(TransactionalBroker.Host);
            writer.Int32(localPort(node.Host, node.Port));
            if (version >= 1)
                writer.String(node.Rack);
        });
        writer.Raw(frame.AsSpan(reader.Position, reader.Remaining));
        return writer.Written;
    }

    private static ReadOnlyMemory<byte> Coordinator(byte[] frame, short version, Func<string, int, int> localPort)
    {
        var (reader, writer) = (new WireReader(frame), new WireWriter());
        writer.Int32(reader.Int32());
        if (version >= 1)
            writer.Int32(reader.Int32());
        var error = reader.Int16();
        writer.Int16(error);
        if (version >= 1)
            writer.String(reader.NullableString());
        writer.Int32(reader.Int32());
        var (host, port) = (reader.String(), reader.Int32());
        writer.String(error == 0 ? TransactionalBroker.Host : host);
        writer.Int32(error == 0 ? localPort(host, port) : port);
        return writer.Written;
    }
}
