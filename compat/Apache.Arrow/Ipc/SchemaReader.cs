using Apache.Arrow.Flatbuffers;
using Apache.Arrow.Types;

namespace Apache.Arrow.Ipc;

/// <summary>Reads a schema's table from an untrusted source.</summary>
internal static class SchemaReader
{
    private const int DeepestField = 64;

    public static (Schema Schema, SchemaField[] Fields) Read(FlatTable table)
    {
        if (table.Int16(0) != 0)
        {
            throw table.Unsupported("big-endian data is not supported");
        }

        var fields = System.Array.ConvertAll(table.Tables(1), field => ReadField(field, 0));
        return (new Schema(System.Array.ConvertAll(fields, f => f.Field), ReadMetadata(table, 2)), fields);
    }

    private static SchemaField ReadField(FlatTable table, int depth)
    {
        if (depth > DeepestField)
        {
            throw table.Malformed($"fields are nested more than {DeepestField} deep");
        }

        var name = table.Text(0);
        if (string.IsNullOrEmpty(name))
        {
            throw table.Malformed("a field has no name");
        }

        var children = System.Array.ConvertAll(table.Tables(5), child => ReadField(child, depth + 1));
        var type = ReadType(name, table, children);
        long? id = null;
        if (table.Table(4) is { } dictionary)
        {
            if (type is NestedType)
            {
                throw dictionary.Unsupported($"field {name}: dictionaries of {type.Name} are not supported");
            }

            id = dictionary.Int64(0);
            type = new DictionaryType(dictionary.Table(1) is { } index ? ReadInteger(name, index) : Int32Type.Default, type, dictionary.Bool(2));
        }

        return new SchemaField(new Field(name, type, table.Bool(1), ReadMetadata(table, 6)), id, children);
    }

    private static ArrowType ReadType(string name, FlatTable field, SchemaField[] children)
    {
        var code = field.Byte(2);
        var type = field.Table(3) ?? throw field.Malformed($"field {name} has no type");
        if (children.Length > 0 && code is not (MessageLayout.Type.List or MessageLayout.Type.Struct))
        {
            throw field.Malformed($"field {name} of type {code} has children");
        }

        return code switch
        {
            MessageLayout.Type.Int => ReadInteger(name, type),
            MessageLayout.Type.FloatingPoint => type.Int16(0) switch
            {
                1 => FloatType.Default,
                2 => DoubleType.Default,
                var precision => throw type.Unsupported($"field {name}: floating point precision {precision} is not supported"),
            },
            MessageLayout.Type.Bool => BooleanType.Default,
            MessageLayout.Type.Utf8 => StringType.Default,
            MessageLayout.Type.Binary => BinaryType.Default,
            MessageLayout.Type.Timestamp => type.Int16(0) is >= 0 and <= 3
                ? new TimestampType((TimeUnit)type.Int16(0), type.Text(1))
                : throw type.Malformed($"field {name} has the unknown time unit {type.Int16(0)}"),
            MessageLayout.Type.List => children.Length == 1
                ? new ListType(children[0].Field)
                : throw field.Malformed($"the list {name} has {children.Length} children"),
            MessageLayout.Type.Struct => children.Length > 0
                ? new StructType(System.Array.ConvertAll(children, c => c.Field))
                : throw field.Unsupported($"field {name}: a struct without fields is not supported"),
            _ => throw field.Unsupported($"field {name}: type {code} of the Arrow format is not supported"),
        };
    }

    private static IntegerType ReadInteger(string name, FlatTable type) => (type.Int32(0), type.Bool(1)) switch
    {
        (8, true) => Int8Type.Default,
        (16, true) => Int16Type.Default,
        (32, true) => Int32Type.Default,
        (64, true) => Int64Type.Default,
        (8, false) => UInt8Type.Default,
        (16, false) => UInt16Type.Default,
        (32, false) => UInt32Type.Default,
        (64, false) => UInt64Type.Default,
        var (width, _) => throw type.Malformed($"field {name} has integers of {width} bits"),
    };

    private static Dictionary<string, string>? ReadMetadata(FlatTable table, int slot)
    {
        var pairs = table.Tables(slot);
        if (pairs.Length == 0)
        {
            return null;
        }

        var metadata = new Dictionary<string, string>(pairs.Length);
        foreach (var pair in pairs)
        {
            metadata[pair.Text(0) ?? throw pair.Malformed("metadata without a key")] = pair.Text(1) ?? "";
        }

        return metadata;
    }
}
