using Apache.Arrow.Flatbuffers;
using Apache.Arrow.Types;

namespace Apache.Arrow.Ipc;

/// <summary>
/// Reads record batches in the Arrow IPC streaming format. Throws <see cref="InvalidDataException"/> for bytes that are not what they
/// claim to be and <see cref="NotSupportedException"/> for parts of the format that are outside this subset.
/// </summary>
public class ArrowStreamReader : IDisposable
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly Dictionary<long, ArrayData> _dictionaries = [];
    private readonly Dictionary<long, SchemaField> _dictionaryFields = [];
    private IReadOnlyList<SchemaField> _fields = [];
    private Schema? _schema;
    private bool _disposed;

    public ArrowStreamReader(Stream stream)
        : this(stream, false)
    {
    }

    public ArrowStreamReader(Stream stream, bool leaveOpen)
    {
        _stream = stream ?? throw new ArgumentNullException(nameof(stream));
        _leaveOpen = leaveOpen;
        Source = new MessageSource(stream);
    }

    public ArrowStreamReader(ReadOnlyMemory<byte> buffer)
        : this(new MemoryStream(buffer.ToArray(), false))
    {
    }

    /// <summary>The columns; read from the stream when it is first asked for.</summary>
    public Schema Schema
    {
        get
        {
            if (_schema is null)
            {
                ReadSchema();
            }

            return _schema!;
        }
    }

    internal MessageSource Source { get; }

    internal Stream BaseStream => _stream;

    /// <summary>The next batch; null at the end.</summary>
    public RecordBatch? ReadNextRecordBatch()
    {
        _ = Schema;
        return ReadNext();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (!_leaveOpen)
            {
                _stream.Dispose();
            }
        }
    }

    internal virtual RecordBatch? ReadNext()
    {
        while (Source.Next() is { } message)
        {
            switch (message.Kind)
            {
                case MessageLayout.Header.DictionaryBatch:
                    ReadDictionary(message);
                    break;
                case MessageLayout.Header.RecordBatch:
                    return ReadBatch(message);
                default:
                    throw new InvalidDataException($"Arrow stream: a message of kind {message.Kind} stands where batches belong");
            }
        }

        return null;
    }

    internal virtual void ReadSchema()
    {
        var message = Source.Next() ?? throw new InvalidDataException("Arrow stream: it has no schema");
        if (message.Kind != MessageLayout.Header.Schema)
        {
            throw new InvalidDataException($"Arrow stream: it begins with a message of kind {message.Kind}, not with a schema");
        }

        SetSchema(message.Header);
    }

    internal void SetSchema(FlatTable table)
    {
        var (schema, fields) = SchemaReader.Read(table);
        foreach (var field in fields)
        {
            Register(field);
        }

        _fields = fields;
        _schema = schema;
    }

    internal void ReadDictionary(Message message)
    {
        if (message.Header.Bool(2))
        {
            throw new NotSupportedException("Arrow dictionaries that grow are not supported");
        }

        var id = message.Header.Int64(0);
        if (!_dictionaryFields.TryGetValue(id, out var field))
        {
            throw new InvalidDataException($"Arrow dictionary {id}: no field of the schema uses it");
        }

        var batch = message.Header.Table(1) ?? throw new InvalidDataException($"Arrow dictionary {id}: it has no values");
        var decoder = new BatchDecoder(batch, message.Body, _dictionaries);
        _dictionaries[id] = decoder.DictionaryValues(field);
        decoder.Finish();
    }

    internal RecordBatch ReadBatch(Message message)
    {
        var decoder = new BatchDecoder(message.Header, message.Body, _dictionaries);
        if (_fields.Count == 0 && decoder.Length > 0)
        {
            throw new NotSupportedException("Arrow batches of rows without columns are not supported");
        }

        var columns = new List<IArrowArray>(_fields.Count);
        foreach (var field in _fields)
        {
            columns.Add(ArrowArrayFactory.BuildArray(decoder.Column(field)));
        }

        decoder.Finish();
        return new RecordBatch(Schema, columns, decoder.Length);
    }

    private void Register(SchemaField field)
    {
        if (field.DictionaryId is { } id && !_dictionaryFields.TryAdd(id, field))
        {
            var other = ((DictionaryType)_dictionaryFields[id].Field.DataType).ValueType;
            if (other.TypeId != ((DictionaryType)field.Field.DataType).ValueType.TypeId)
            {
                throw new InvalidDataException($"Arrow dictionary {id}: fields of different types share it");
            }
        }

        foreach (var child in field.Children)
        {
            Register(child);
        }
    }
}
