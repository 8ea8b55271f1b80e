using System.Buffers.Binary;

namespace Emergence.TestBroker.Wire;

/// <summary>Requests and answers as they travel: four bytes of length, then so many bytes.</summary>
internal static class Frames
{
    /// <summary>Largest request that is read, as a real broker's <c>socket.request.max.bytes</c>.</summary>
    public const int MaxBytes = 104_857_600;
    private const int Piece = 65_536;

    /// <summary>Reads one; null when the connection ends before it. Takes memory as the bytes come, not as the length says.</summary>
    public static async ValueTask<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var prefix = new byte[4];
        if (await stream.ReadAtLeastAsync(prefix, 4, throwOnEndOfStream: false, cancellationToken) < 4)
            return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length is < 0 or > MaxBytes)
            throw new WireException($"a frame of {length} bytes");
        var frame = new byte[Math.Min(length, Piece)];
        for (var have = 0; have < length;)
        {
            if (have == frame.Length)
                Array.Resize(ref frame, (int)Math.Min(length, 2L * frame.Length));
            var got = await stream.ReadAsync(frame.AsMemory(have), cancellationToken);
            if (got == 0)
                return null;
            have += got;
        }

        return frame;
    }

    /// <summary>Writes one made of two pieces.</summary>
    public static async ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var start = new byte[4 + header.Length];
        BinaryPrimitives.WriteInt32BigEndian(start, header.Length + body.Length);
        header.CopyTo(start.AsMemory(4));
        await stream.WriteAsync(start, cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
    }
}
