using System.Buffers.Binary;
using Apache.Arrow.Flatbuffers;

namespace Apache.Arrow.Ipc;

/// <summary>Writes record batches in the Arrow IPC file format: a stream between two marks, and a footer that says where each batch lies.</summary>
public class ArrowFileWriter : ArrowStreamWriter
{
    private readonly List<Block> _dictionaries = [];
    private readonly List<Block> _batches = [];

    public ArrowFileWriter(Stream stream, Schema schema)
        : base(stream, schema)
    {
    }

    public ArrowFileWriter(Stream stream, Schema schema, bool leaveOpen)
        : base(stream, schema, leaveOpen)
    {
    }

    /// <inheritdoc/>
    public override void WriteRecordBatch(RecordBatch recordBatch) => base.WriteRecordBatch(recordBatch);

    internal override void Begin()
    {
        WriteBytes(MessageLayout.FileMagic);
        Pad(8);
    }

    internal override void OnDictionaryBatch(Block block) => _dictionaries.Add(block);

    internal override void OnRecordBatch(Block block) => _batches.Add(block);

    internal override void End()
    {
        var builder = new FlatBufferBuilder();
        var batches = WriteBlocks(builder, _batches);
        var dictionaries = WriteBlocks(builder, _dictionaries);
        var schema = SchemaWriter.Write(builder, Schema, Fields);
        builder.StartTable(5);
        builder.AddReference(3, batches);
        builder.AddReference(2, dictionaries);
        builder.AddReference(1, schema);
        builder.AddInt16(0, MessageLayout.Version5);
        var footer = builder.Finish(builder.EndTable());
        WriteBytes(footer.Span);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        WriteBytes(length);
        WriteBytes(MessageLayout.FileMagic);
    }

    private static int WriteBlocks(FlatBufferBuilder builder, List<Block> blocks) => builder.CreateVector(
        [.. blocks.SelectMany(block => new[] { block.Offset, block.MetadataLength, block.BodyLength })],
        Block.Size / sizeof(long));
}
