using System.Buffers.Binary;

namespace Apache.Arrow.Ipc;

/// <summary>
/// Takes bytes off a stream, or views of bytes in memory, without believing what they say about how many there are. A stream that is memory
/// and gives it away (<see cref="MemoryStream.TryGetBuffer"/>) is not copied either. Knows where it is: in a stream counted from where reading
/// began, in a file from its first byte.
/// </summary>
internal sealed class MessageSource
{
    private const int Prefix = 8;
    private const int Chunk = 1 << 20;
    private readonly Stream? _stream;
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly bool _isMemory;

    public MessageSource(Stream stream)
    {
        _stream = stream;
        _isMemory = stream is MemoryStream memory && memory.TryGetBuffer(out _);
    }

    public MessageSource(ReadOnlyMemory<byte> memory) => _memory = memory;

    /// <summary>Where the next byte stands.</summary>
    public long Position { get; private set; }

    /// <summary>Goes to a place of a file.</summary>
    public void Seek(long position)
    {
        _stream!.Position = position;
        Position = position;
    }

    /// <summary>The next message of a stream; null at its end, said or reached.</summary>
    public Message? Next()
    {
        var start = Position;
        Span<byte> prefix = stackalloc byte[Prefix];
        var got = Read(prefix);
        if (got == 0)
        {
            return null;
        }

        if (got < prefix.Length)
        {
            throw Refusal.Malformed(start, $"the stream ends within the prefix of a message, after {got} of {Prefix} bytes");
        }

        var length = MetadataLength(prefix, start);
        if (length == 0)
        {
            return null;
        }

        var metadataAt = Position;
        var (kind, header, bodyLength) = Message.Parse(Take(length, "metadata"), metadataAt);
        var bodyAt = Position;
        return new Message(kind, header, start, Take(bodyLength, "body"), bodyAt);
    }

    /// <summary>The message at a place of a file.</summary>
    public Message At(Block block)
    {
        Seek(block.Offset);
        var metadata = Take(block.MetadataLength, "metadata");
        var length = MetadataLength(metadata.Span, block.Offset);
        if (length <= 0 || length > block.MetadataLength - Prefix)
        {
            throw Refusal.Malformed(block.Offset, $"the message has {length} bytes of metadata, the footer says {block.MetadataLength} with its prefix");
        }

        var (kind, header, bodyLength) = Message.Parse(metadata.Slice(Prefix, length), block.Offset + Prefix);
        var bodyAt = Position;
        return bodyLength == block.BodyLength
            ? new Message(kind, header, block.Offset, Take(bodyLength, "body"), bodyAt)
            : throw Refusal.Malformed(block.Offset, $"the message has a body of {bodyLength} bytes, the footer says {block.BodyLength}");
    }

    /// <summary>So many bytes. Memory grows with what arrives, not with what was promised.</summary>
    public ReadOnlyMemory<byte> Take(long length, string what)
    {
        var start = Position;
        if (_stream is null)
        {
            return length <= _memory.Length - start ? View((int)length) : throw Ends(start, what, length, _memory.Length - start);
        }

        var known = _stream.CanSeek;
        if (known && length > _stream.Length - _stream.Position)
        {
            throw Ends(start, what, length, Math.Max(0, _stream.Length - _stream.Position));
        }

        if (_isMemory && ((MemoryStream)_stream).TryGetBuffer(out var buffer))
        {
            var view = buffer.AsMemory((int)_stream.Position, (int)length);
            _stream.Position += length;
            Position += length;
            return view;
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)(known ? length : Math.Min(length, Chunk)));
        var got = 0;
        while (true)
        {
            got += Read(bytes.AsSpan(got));
            if (got == length)
            {
                return bytes;
            }

            if (got < bytes.Length)
            {
                throw Ends(start, what, length, got);
            }

            System.Array.Resize(ref bytes, (int)Math.Min(length, 2L * bytes.Length));
        }
    }

    private ReadOnlyMemory<byte> View(int length)
    {
        var view = _memory.Slice((int)Position, length);
        Position += length;
        return view;
    }

    private int Read(Span<byte> into)
    {
        int got;
        if (_stream is null)
        {
            got = (int)Math.Min(into.Length, _memory.Length - Position);
            _memory.Span.Slice((int)Position, got).CopyTo(into);
        }
        else
        {
            got = _stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        }

        Position += got;
        return got;
    }

    private static InvalidDataException Ends(long start, string what, long length, long got) =>
        Refusal.Malformed(start, $"the {what} of {length} bytes reaches behind the end: {got} bytes are left");

    private static int MetadataLength(ReadOnlySpan<byte> prefix, long offset)
    {
        if (BinaryPrimitives.ReadInt32LittleEndian(prefix) != MessageLayout.Continuation)
        {
            throw Refusal.Malformed(offset, "a message does not begin with the continuation mark ff ff ff ff");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix[4..]);
        return length >= 0 ? length : throw Refusal.Malformed(offset + 4, $"the metadata length {length} is below zero");
    }
}
