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
            throw Refusal.Malformed(message.Offset, $"a message of kind {message.Kind} stands where the footer says that a batch is");
        }

        _next++;
        return ReadBatch(message);
    }

    internal override void ReadSchema()
    {
        var length = BaseStream.Length;
        if (length < MarkLength + TrailerLength)
        {
            throw Refusal.Malformed(length, $"the file ends: {length} bytes are too few for an Arrow file");
        }

        Source.Seek(0);
        if (!Source.Take(MessageLayout.FileMagic.Length, "mark").Span.SequenceEqual(MessageLayout.FileMagic))
        {
            throw Refusal.Malformed(0, "the file does not begin with ARROW1");
        }

        Source.Seek(length - TrailerLength);
        var trailer = Source.Take(TrailerLength, "trailer").Span;
        if (!trailer[sizeof(int)..].SequenceEqual(MessageLayout.FileMagic))
        {
            throw Refusal.Malformed(length - MessageLayout.FileMagic.Length, "the file does not end with ARROW1, so it is not complete");
        }

        var footerLength = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        if (footerLength <= 0 || footerLength > length - TrailerLength - MarkLength)
        {
            throw Refusal.Malformed(length - TrailerLength, $"the footer length {footerLength} does not fit into {length} bytes");
        }

        var footerStart = length - TrailerLength - footerLength;
        Source.Seek(footerStart);
        var footer = new FlatBuffer(Source.Take(footerLength, "footer"), footerStart).Root();
        Message.CheckVersion(footer);
        SetSchema(footer.Table(1) ?? throw footer.Malformed("the footer has no schema"));
        var left = footerStart - MarkLength;
        var dictionaries = ReadBlocks(footer.Structs(2, Block.Size), footerStart, ref left);
        _batches = ReadBlocks(footer.Structs(3, Block.Size), footerStart, ref left);
        foreach (var block in dictionaries)
        {
            var message = Source.At(block);
            if (message.Kind != MessageLayout.Header.DictionaryBatch)
            {
                throw Refusal.Malformed(message.Offset, $"a message of kind {message.Kind} stands where the footer says that a dictionary is");
            }

            if (ReadDictionary(message) is { } twice)
            {
                throw message.Header.Malformed($"the file has dictionary {twice} twice");
            }
        }
    }

    // What is left bounds the sum of all messages: blocks that overlap could stand for more work than the file has bytes.
    private static Block[] ReadBlocks(FlatStructs entries, long end, ref long left)
    {
        var blocks = new Block[entries.Count];
        for (var i = 0; i < blocks.Length; i++)
        {
            var block = Block.Read(entries[i]);
            if (block.Offset < MarkLength || block.MetadataLength <= 8 || block.BodyLength < 0
                || block.MetadataLength > left || block.BodyLength > left - block.MetadataLength
                || block.Offset > end - block.MetadataLength - block.BodyLength)
            {
                throw entries.Malformed(i, $"the message that the footer says is at {block.Offset} ({block.MetadataLength} + {block.BodyLength} bytes) leaves the file");
            }

            left -= block.MetadataLength + block.BodyLength;
            blocks[i] = block;
        }

        return blocks;
    }
}
