namespace Apache.Arrow;

/// <summary>The columns of a batch, and metadata about them.</summary>
public partial class Schema
{
    private readonly List<Field> _fields;

    public Schema(IEnumerable<Field> fields, IEnumerable<KeyValuePair<string, string>>? metadata)
    {
        ArgumentNullException.ThrowIfNull(fields);
        _fields = [.. fields];
        FieldsLookup = _fields.ToLookup(f => f.Name);
        Metadata = metadata is null ? null : new Dictionary<string, string>(metadata);
    }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<Field> FieldsList => _fields;

    /// <summary>The columns by name; names may repeat.</summary>
    public ILookup<string, Field> FieldsLookup { get; }

    /// <summary>Names and values that travel with the schema; null when there are none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; }

    /// <summary>Whether there is metadata.</summary>
    public bool HasMetadata => Metadata is { Count: > 0 };

    /// <summary>The column at a place.</summary>
    public Field GetFieldByIndex(int i) => _fields[i];

    /// <summary>The first column of a name; null when there is none.</summary>
    public Field? GetFieldByName(string name) => FieldsLookup[name].FirstOrDefault();

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(Schema)}: Num fields={_fields.Count}, Num metadata={Metadata?.Count ?? 0}";
}
