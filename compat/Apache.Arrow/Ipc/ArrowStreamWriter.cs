using System.Buffers.Binary;
using Apache.Arrow.Flatbuffers;

namespace Apache.Arrow.Ipc;

/// <summary>Writes record batches in the Arrow IPC streaming format.</summary>
public class ArrowStreamWriter : IDisposable
{
    private static readonly byte[] _zeros = new byte[MessageLayout.Alignment];
    private readonly bool _leaveOpen;
    private readonly Dictionary<long, ArrayData> _dictionaries = [];
    private bool _ended;
    private bool _disposed;

    public ArrowStreamWriter(Stream baseStream, Schema schema)
        : this(baseStream, schema, false)
    {
    }

    public ArrowStreamWriter(Stream baseStream, Schema schema, bool leaveOpen)
    {
        BaseStream = baseStream ?? throw new ArgumentNullException(nameof(baseStream));
        Schema = schema ?? throw new ArgumentNullException(nameof(schema));
        Fields = SchemaField.Number(schema);
        _leaveOpen = leaveOpen;
    }

    protected Stream BaseStream { get; }

    protected Schema Schema { get; }

    protected bool HasWrittenSchema { get; set; }

    internal IReadOnlyList<SchemaField> Fields { get; }

    /// <summary>Bytes written so far: alignment counts from the beginning of the stream.</summary>
    internal long Written { get; private set; }

    /// <summary>Writes the schema, unless that was done.</summary>
    public void WriteStart()
    {
        if (!HasWrittenSchema)
        {
            HasWrittenSchema = true;
            Begin();
            var builder = new FlatBufferBuilder();
            WriteMessage(builder, MessageLayout.Header.Schema, SchemaWriter.Write(builder, Schema, Fields), null);
        }
    }

    /// <summary>Writes a batch, and before it the schema and the dictionaries where they are not there yet.</summary>
    /// <exception cref="NotSupportedException">A dictionary differs from the one an earlier batch had.</exception>
    public virtual void WriteRecordBatch(RecordBatch recordBatch)
    {
        ArgumentNullException.ThrowIfNull(recordBatch);
        if (_ended)
        {
            throw new InvalidOperationException("the end has been written");
        }

        if (recordBatch.ColumnCount != Fields.Count)
        {
            throw new ArgumentException($"the batch has {recordBatch.ColumnCount} columns, the schema {Fields.Count}", nameof(recordBatch));
        }

        WriteStart();
        for (var i = 0; i < Fields.Count; i++)
        {
            WriteDictionaries(Fields[i], recordBatch.Column(i).Data);
        }

        var encoder = new BatchEncoder();
        foreach (var column in recordBatch.Arrays)
        {
            encoder.Add(column.Data);
        }

        var builder = new FlatBufferBuilder();
        OnRecordBatch(WriteMessage(builder, MessageLayout.Header.RecordBatch, encoder.WriteTable(builder, recordBatch.Length), encoder));
    }

    /// <summary>Writes the end; nothing may follow.</summary>
    public void WriteEnd()
    {
        if (!_ended)
        {
            WriteStart();
            _ended = true;
            Span<byte> end = stackalloc byte[8];
            BinaryPrimitives.WriteInt32LittleEndian(end, MessageLayout.Continuation);
            WriteBytes(end);
            End();
        }
    }

    /// <summary>Closes the stream, unless it is to be left open; does not write the end.</summary>
    public virtual void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            if (!_leaveOpen)
            {
                BaseStream.Dispose();
            }
        }
    }

    internal virtual void Begin()
    {
    }

    internal virtual void End()
    {
    }

    internal virtual void OnDictionaryBatch(Block block)
    {
    }

    internal virtual void OnRecordBatch(Block block)
    {
    }

    internal void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        BaseStream.Write(bytes);
        Written += bytes.Length;
    }

    internal void Pad(int alignment) => WriteBytes(_zeros.AsSpan(0, (int)(-Written & (alignment - 1))));

    private void WriteDictionaries(SchemaField field, ArrayData data)
    {
        if (field.DictionaryId is { } id)
        {
            var values = data.Dictionary ?? throw new ArgumentException($"field {field.Field.Name} has no dictionary", nameof(data));
            if (_dictionaries.TryGetValue(id, out var before))
            {
                if (!ReferenceEquals(before, values))
                {
                    throw new NotSupportedException($"field {field.Field.Name}: all batches must share one dictionary");
                }

                return;
            }

            _dictionaries.Add(id, values);
            WriteDictionary(id, values);
        }

        for (var i = 0; i < field.Children.Count; i++)
        {
            WriteDictionaries(field.Children[i], data.Children[i]);
        }
    }

    private void WriteDictionary(long id, ArrayData values)
    {
        var encoder = new BatchEncoder();
        encoder.Add(values);
        var builder = new FlatBufferBuilder();
        var batch = encoder.WriteTable(builder, values.Length);
        builder.StartTable(3);
        builder.AddInt64(0, id);
        builder.AddReference(1, batch);
        OnDictionaryBatch(WriteMessage(builder, MessageLayout.Header.DictionaryBatch, builder.EndTable(), encoder));
    }

    // Continuation, length of the metadata, metadata, padding, body. The padding makes the body begin at a multiple of 64.
    private Block WriteMessage(FlatBufferBuilder builder, byte kind, int header, BatchEncoder? batch)
    {
        builder.StartTable(5);
        builder.AddInt64(3, batch?.BodyLength ?? 0);
        builder.AddReference(2, header);
        builder.AddInt16(0, MessageLayout.Version5);
        builder.AddByte(1, kind);
        var metadata = builder.Finish(builder.EndTable());

        var offset = Written;
        var prefix = new byte[8];
        var end = BitUtility.RoundUpToMultiplePowerOfTwo(offset + prefix.Length + metadata.Length, batch is null ? 8 : MessageLayout.Alignment);
        BinaryPrimitives.WriteInt32LittleEndian(prefix, MessageLayout.Continuation);
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(4), checked((int)(end - offset - prefix.Length)));
        WriteBytes(prefix);
        WriteBytes(metadata.Span);
        WriteBytes(_zeros.AsSpan(0, (int)(end - Written)));
        foreach (var buffer in batch?.Body ?? [])
        {
            WriteBytes(buffer.Span);
            Pad(MessageLayout.Alignment);
        }

        return new Block(offset, (int)(end - offset), batch?.BodyLength ?? 0);
    }
}
