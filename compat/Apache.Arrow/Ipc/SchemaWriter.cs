using Apache.Arrow.Flatbuffers;
using Apache.Arrow.Types;

namespace Apache.Arrow.Ipc;

/// <summary>Writes a schema's table.</summary>
internal static class SchemaWriter
{
    public static int Write(FlatBufferBuilder builder, Schema schema, IReadOnlyList<SchemaField> fields)
    {
        var metadata = WriteMetadata(builder, schema.Metadata);
        var columns = builder.CreateVector([.. fields.Select(field => WriteField(builder, field))]);
        builder.StartTable(4);
        builder.AddReference(2, metadata);
        builder.AddReference(1, columns);
        return builder.EndTable();
    }

    private static int WriteField(FlatBufferBuilder builder, SchemaField field)
    {
        var valueType = field.Field.DataType is DictionaryType d ? d.ValueType : field.Field.DataType;
        var children = builder.CreateVector([.. field.Children.Select(child => WriteField(builder, child))]);
        var metadata = WriteMetadata(builder, field.Field.Metadata);
        var (code, type) = WriteType(builder, valueType);
        var dictionary = field.Field.DataType is DictionaryType t ? WriteDictionary(builder, t, field.DictionaryId!.Value) : 0;
        var name = builder.CreateString(field.Field.Name);
        builder.StartTable(7);
        builder.AddReference(6, metadata);
        builder.AddReference(5, children);
        builder.AddReference(4, dictionary);
        builder.AddReference(3, type);
        builder.AddReference(0, name);
        builder.AddByte(2, code);
        builder.AddBool(1, field.Field.IsNullable);
        return builder.EndTable();
    }

    private static int WriteDictionary(FlatBufferBuilder builder, DictionaryType type, long id)
    {
        var (_, index) = WriteType(builder, type.IndexType);
        builder.StartTable(4);
        builder.AddInt64(0, id);
        builder.AddReference(1, index);
        builder.AddBool(2, type.Ordered);
        return builder.EndTable();
    }

    private static (byte Code, int Table) WriteType(FlatBufferBuilder builder, IArrowType type)
    {
        switch (type)
        {
            case IntegerType integer:
                builder.StartTable(2);
                builder.AddInt32(0, integer.BitWidth);
                builder.AddBool(1, integer.IsSigned);
                return (MessageLayout.Type.Int, builder.EndTable());
            case FloatingPointType floating:
                builder.StartTable(1);
                builder.AddInt16(0, (short)floating.Precision);
                return (MessageLayout.Type.FloatingPoint, builder.EndTable());
            case TimestampType timestamp:
                var zone = timestamp.Timezone is { } name ? builder.CreateString(name) : 0;
                builder.StartTable(2);
                builder.AddReference(1, zone);
                builder.AddInt16(0, (short)timestamp.Unit);
                return (MessageLayout.Type.Timestamp, builder.EndTable());
            default:
                builder.StartTable(0);
                return (CodeOf(type), builder.EndTable());
        }
    }

    private static byte CodeOf(IArrowType type) => type switch
    {
        BooleanType => MessageLayout.Type.Bool,
        StringType => MessageLayout.Type.Utf8,
        BinaryType => MessageLayout.Type.Binary,
        ListType => MessageLayout.Type.List,
        StructType => MessageLayout.Type.Struct,
        _ => throw new NotSupportedException($"type {type.Name} is not supported"),
    };

    private static int WriteMetadata(FlatBufferBuilder builder, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null || metadata.Count == 0)
        {
            return 0;
        }

        var pairs = new List<int>();
        foreach (var (key, value) in metadata)
        {
            var k = builder.CreateString(key);
            var v = builder.CreateString(value);
            builder.StartTable(2);
            builder.AddReference(1, v);
            builder.AddReference(0, k);
            pairs.Add(builder.EndTable());
        }

        return builder.CreateVector(pairs);
    }
}
