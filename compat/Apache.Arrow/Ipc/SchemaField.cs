namespace Apache.Arrow.Ipc;

/// <summary>A field with the identity of its dictionary, which the public types do not carry.</summary>
/// <param name="Field">The field as users see it.</param>
/// <param name="DictionaryId">Its dictionary; null when it has none.</param>
/// <param name="Children">Its children; those of the dictionary's values when it has one.</param>
internal sealed record SchemaField(Field Field, long? DictionaryId, IReadOnlyList<SchemaField> Children)
{
    /// <summary>Numbers the dictionaries of a schema, depth first.</summary>
    public static IReadOnlyList<SchemaField> Number(Schema schema)
    {
        var next = 0L;
        return [.. schema.FieldsList.Select(field => Number(field, ref next))];
    }

    private static SchemaField Number(Field field, ref long next)
    {
        var type = field.DataType;
        long? id = null;
        if (type is Types.DictionaryType dictionary)
        {
            id = next++;
            type = dictionary.ValueType;
            if (type is Types.NestedType or Types.DictionaryType)
            {
                throw new NotSupportedException($"field {field.Name}: dictionaries of {type.Name} are not supported");
            }
        }

        var children = new List<SchemaField>();
        if (type is Types.NestedType nested)
        {
            foreach (var child in nested.Fields)
            {
                children.Add(Number(child, ref next));
            }
        }

        return new SchemaField(field, id, children);
    }
}
