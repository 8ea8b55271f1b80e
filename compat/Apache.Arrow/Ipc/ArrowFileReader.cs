using System.Buffers.Binary;
using Apache.Arrow.Flatbuffers;

namespace Apache.Arrow.Ipc;

/// <summary>Reads record batches in the Arrow IPC file format, in order. Throws as <see cref="ArrowStreamReader"/> does.</summary>
public class ArrowFileReader : ArrowStreamReader
{
    private const int MarkLength = 8;
    private const int TrailerLength = 10;
    private Block[] _batches = [];
    private int _next;

    public ArrowFileReader(Stream stream)
        : this(stream, false)
    {
    }

    /// <exception cref="ArgumentException">The stream cannot be sought in.</exception>
    public ArrowFileReader(Stream stream, bool leaveOpen)
        : base(stream, leaveOpen)
    {
        if (!stream.CanSeek)
        {
            throw new ArgumentException("stream must be seekable", nameof(stream));
        }
    }

    internal override RecordBatch? ReadNext()
    {
        if (_next == _batches.Length)
        {
            return null;
        }

        var message = Source.At(_batches[_next]);
        if (message.Kind != MessageLayout.Header.RecordBatch)
        {
            throw new InvalidDataException($"Arrow file: the message at {_batches[_next].Offset} is not a batch");
        }

        _next++;
        return ReadBatch(message);
    }

    internal override void ReadSchema()
    {
        var length = BaseStream.Length;
        if (length < MarkLength + TrailerLength)
        {
            throw new InvalidDataException($"Arrow file: {length} bytes are too few");
        }

        BaseStream.Position = 0;
        if (!Source.Take(MessageLayout.FileMagic.Length, "mark").Span.SequenceEqual(MessageLayout.FileMagic))
        {
            throw new InvalidDataException("Arrow file: it does not begin with ARROW1");
        }

        BaseStream.Position = length - TrailerLength;
        var trailer = Source.Take(TrailerLength, "trailer").Span;
        if (!trailer[sizeof(int)..].SequenceEqual(MessageLayout.FileMagic))
        {
            throw new InvalidDataException("Arrow file: it does not end with ARROW1, so it is not complete");
        }

        var footerLength = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        if (footerLength <= 0 || footerLength > length - TrailerLength - MarkLength)
        {
            throw new InvalidDataException($"Arrow file: the footer length {footerLength} does not fit into {length} bytes");
        }

        var footerStart = length - TrailerLength - footerLength;
        BaseStream.Position = footerStart;
        var footer = new FlatBuffer(Source.Take(footerLength, "footer")).Root();
        Message.CheckVersion(footer.Int16(0));
        SetSchema(footer.Table(1) ?? throw new InvalidDataException("Arrow file: the footer has no schema"));
        var left = footerStart - MarkLength;
        var dictionaries = ReadBlocks(footer.Structs(2, Block.Size), footerStart, ref left);
        _batches = ReadBlocks(footer.Structs(3, Block.Size), footerStart, ref left);
        foreach (var block in dictionaries)
        {
            var message = Source.At(block);
            if (message.Kind != MessageLayout.Header.DictionaryBatch)
            {
                throw new InvalidDataException($"Arrow file: the message at {block.Offset} is not a dictionary");
            }

            ReadDictionary(message);
        }
    }

    // What is left bounds the sum of all messages: blocks that overlap could stand for more work than the file has bytes.
    private static Block[] ReadBlocks(ReadOnlySpan<byte> bytes, long end, ref long left)
    {
        var blocks = new Block[bytes.Length / Block.Size];
        for (var i = 0; i < blocks.Length; i++)
        {
            var block = Block.Read(bytes[(i * Block.Size)..]);
            if (block.Offset < MarkLength || block.MetadataLength <= 8 || block.BodyLength < 0
                || block.MetadataLength > left || block.BodyLength > left - block.MetadataLength
                || block.Offset > end - block.MetadataLength - block.BodyLength)
            {
                throw new InvalidDataException($"Arrow file: the footer's message at {block.Offset} ({block.MetadataLength} + {block.BodyLength} bytes) leaves the file");
            }

            left -= block.MetadataLength + block.BodyLength;
            blocks[i] = block;
        }

        return blocks;
    }
}
