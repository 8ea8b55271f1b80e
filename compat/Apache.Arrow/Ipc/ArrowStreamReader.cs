using Apache.Arrow.Flatbuffers;
using Apache.Arrow.Types;

namespace Apache.Arrow.Ipc;

/// <summary>
/// Reads record batches in the Arrow IPC streaming format. Throws <see cref="InvalidDataException"/> for bytes that are not what they
/// claim to be and <see cref="NotSupportedException"/> for parts of the format that are outside this subset; both messages begin with
/// the place, <c>offset N: </c>.
/// </summary>
public class ArrowStreamReader : IDisposable
{
    private readonly Stream? _stream;
    private readonly bool _leaveOpen;
    private readonly Dictionary<long, ArrayData> _dictionaries = [];
    private readonly Dictionary<long, SchemaField> _dictionaryFields = [];
    private SchemaField[] _fields = [];
    private Schema? _schema;
    private bool _disposed;

    /// <summary>Reads a stream. Of a <see cref="MemoryStream"/> that gives its buffer away batches are views: it is not to be written to while they are used.</summary>
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

    /// <summary>Reads what is in memory; batches are views of it.</summary>
    public ArrowStreamReader(ReadOnlyMemory<byte> buffer) => Source = new MessageSource(buffer);

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

    internal Stream BaseStream => _stream!;

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
                _stream?.Dispose();
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
                    throw Refusal.Malformed(message.Offset, $"a message of kind {message.Kind} stands where batches belong");
            }
        }

        return null;
    }

    internal virtual void ReadSchema()
    {
        var message = Source.Next() ?? throw Refusal.Malformed(Source.Position, "the stream has no schema");
        if (message.Kind != MessageLayout.Header.Schema)
        {
            throw Refusal.Malformed(message.Offset, $"the stream begins with a message of kind {message.Kind}, not with a schema");
        }

        SetSchema(message.Header);
    }

    internal void SetSchema(FlatTable table)
    {
        var (schema, fields) = SchemaReader.Read(table);
        foreach (var field in fields)
        {
            Register(field, table);
        }

        _fields = fields;
        _schema = schema;
    }

    /// <summary>Takes a dictionary, in place of the one of the same number where there was one, which a stream may do; its number then, else null.</summary>
    internal long? ReadDictionary(Message message)
    {
        if (message.Header.Bool(2))
        {
            throw message.Header.Unsupported("dictionaries that grow are not supported");
        }

        var id = message.Header.Int64(0);
        if (!_dictionaryFields.TryGetValue(id, out var field))
        {
            throw message.Header.Malformed($"no field of the schema uses dictionary {id}");
        }

        var batch = message.Header.Table(1) ?? throw message.Header.Malformed($"dictionary {id} has no values");
        var decoder = new BatchDecoder(batch, message, _dictionaries);
        var values = decoder.DictionaryValues(field);
        decoder.Finish();
        var isNew = _dictionaries.TryAdd(id, values);
        _dictionaries[id] = values;
        return isNew ? null : id;
    }

    internal RecordBatch ReadBatch(Message message)
    {
        var decoder = new BatchDecoder(message.Header, message, _dictionaries);
        if (_fields.Length == 0 && decoder.Length > 0)
        {
            throw message.Header.Unsupported("batches of rows without columns are not supported");
        }

        var columns = new IArrowArray[_fields.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = ArrowArrayFactory.BuildArray(decoder.Column(_fields[i]));
        }

        decoder.Finish();
        return new RecordBatch(Schema, columns, decoder.Length);
    }

    private void Register(SchemaField field, FlatTable schema)
    {
        if (field.DictionaryId is { } id && !_dictionaryFields.TryAdd(id, field))
        {
            var other = ((DictionaryType)_dictionaryFields[id].Field.DataType).ValueType;
            if (other.TypeId != ((DictionaryType)field.Field.DataType).ValueType.TypeId)
            {
                throw schema.Malformed($"fields of different types share dictionary {id}");
            }
        }

        foreach (var child in field.Children)
        {
            Register(child, schema);
        }
    }
}
