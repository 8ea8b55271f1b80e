using System.Buffers.Binary;

namespace Apache.Arrow.Ipc;

/// <summary>Takes bytes off a stream without believing what they say about how many there are.</summary>
internal sealed class MessageSource(Stream stream)
{
    private const int Chunk = 1 << 20;

    /// <summary>The next message of a stream; null at its end, said or reached.</summary>
    public Message? Next()
    {
        var prefix = new byte[8];
        var got = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        if (got == 0)
        {
            return null;
        }

        if (got < prefix.Length)
        {
            throw new InvalidDataException("Arrow stream: it ends within the prefix of a message");
        }

        var length = MetadataLength(prefix);
        if (length == 0)
        {
            return null;
        }

        var (kind, header, bodyLength) = Message.Parse(Take(length, "metadata"));
        return new Message(kind, header, Take(bodyLength, "body"));
    }

    /// <summary>The message at a place of a file.</summary>
    public Message At(Block block)
    {
        stream.Position = block.Offset;
        var metadata = Take(block.MetadataLength, "metadata");
        var length = MetadataLength(metadata.Span);
        if (length <= 0 || length > block.MetadataLength - 8)
        {
            throw new InvalidDataException($"Arrow file: the message at {block.Offset} has {length} bytes of metadata, the footer says {block.MetadataLength}");
        }

        var (kind, header, bodyLength) = Message.Parse(metadata.Slice(8, length));
        return bodyLength == block.BodyLength
            ? new Message(kind, header, Take(bodyLength, "body"))
            : throw new InvalidDataException($"Arrow file: the message at {block.Offset} has a body of {bodyLength}, the footer says {block.BodyLength}");
    }

    /// <summary>So many bytes. Memory grows with what arrives, not with what was promised.</summary>
    public ReadOnlyMemory<byte> Take(long length, string what)
    {
        var known = stream.CanSeek;
        if (known && length > stream.Length - stream.Position)
        {
            throw new InvalidDataException($"Arrow data: the {what} of {length} bytes reaches behind the end");
        }

        var bytes = new byte[known ? length : Math.Min(length, Chunk)];
        var got = 0;
        while (true)
        {
            got += stream.ReadAtLeast(bytes.AsSpan(got), bytes.Length - got, throwOnEndOfStream: false);
            if (got == length)
            {
                return bytes;
            }

            if (got < bytes.Length)
            {
                throw new InvalidDataException($"Arrow data: it ends after {got} of {length} bytes of {what}");
            }

            System.Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
        }
    }

    private static int MetadataLength(ReadOnlySpan<byte> prefix)
    {
        if (BinaryPrimitives.ReadInt32LittleEndian(prefix) != MessageLayout.Continuation)
        {
            throw new InvalidDataException("Arrow data: a message does not begin with the continuation mark");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix[4..]);
        return length >= 0 ? length : throw new InvalidDataException($"Arrow data: the metadata length {length} is below zero");
    }
}
