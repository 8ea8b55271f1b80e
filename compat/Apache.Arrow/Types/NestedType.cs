namespace Apache.Arrow.Types;

/// <summary>A type with child fields.</summary>
public abstract class NestedType : ArrowType
{
    protected NestedType(IReadOnlyList<Field> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.Count == 0)
        {
            throw new ArgumentException("a nested type needs at least one field", nameof(fields));
        }

        Fields = fields;
    }

    protected NestedType(Field field)
        : this([field ?? throw new ArgumentNullException(nameof(field))])
    {
    }

    /// <summary>The children.</summary>
    public IReadOnlyList<Field> Fields { get; }
}
