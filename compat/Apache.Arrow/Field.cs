using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>A named, typed column or child.</summary>
public partial class Field
{
    public Field(string name, IArrowType dataType, bool nullable, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw new ArgumentNullException(nameof(name));
        }

        ArgumentNullException.ThrowIfNull(dataType);
        Name = name;
        DataType = dataType;
        IsNullable = nullable;
        Metadata = metadata is null ? null : new Dictionary<string, string>(metadata);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its type.</summary>
    public IArrowType DataType { get; }

    /// <summary>Whether values may be missing.</summary>
    public bool IsNullable { get; }

    /// <summary>Whether there is metadata.</summary>
    public bool HasMetadata => Metadata is { Count: > 0 };

    /// <summary>Names and values that travel with it; null when there are none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(Field)}: Name={Name}, DataType={DataType.Name}, IsNullable={IsNullable}";
}
