using System.Globalization;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Emergence.Apache.Arrow.Tests;

/// <summary>A column given as plain values, which can be built as an array, read back from one, and shown as texts that are compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Values">Its values; null where one is missing, <c>object?[]</c> for a list or a struct.</param>
internal sealed record SampleColumn(string Name, IArrowType Type, object?[] Values)
{
    public Field Field => new(Name, Type, true);

    public IArrowArray Build() => Build(Type, Values);

    public JsonArray Show() => new([.. Values.Select(value => Show(Type, value))]);

    /// <summary>A value as the independent reader prints it.</summary>
    public static JsonNode? Show(IArrowType type, object? value) => (type, value) switch
    {
        (_, null) => null,
        (DictionaryType dictionary, _) => Show(dictionary.ValueType, value),
        (ListType list, object?[] items) => new JsonArray([.. items.Select(item => Show(list.ValueDataType, item))]),
        (StructType record, object?[] items) => new JsonArray([.. items.Select((item, i) => Show(record.Fields[i].DataType, item))]),
        (_, double.NaN or float.NaN) => "NaN",
        (_, double number) => BitConverter.DoubleToUInt64Bits(number).ToString("x16"),
        (_, float number) => BitConverter.SingleToUInt32Bits(number).ToString("x8"),
        (_, bool truth) => truth ? "true" : "false",
        (_, byte[] bytes) => Convert.ToHexStringLower(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>A type as the independent reader prints it.</summary>
    public static string NameOf(IArrowType type) => type switch
    {
        BooleanType => "Bool",
        StringType => "Utf8",
        BinaryType => "Binary",
        IntegerType integer => (integer.IsSigned ? "Int" : "Uint") + integer.BitWidth,
        FloatingPointType floating => "Float" + floating.BitWidth,
        TimestampType timestamp => $"Timestamp<{timestamp.Unit.ToString().ToUpperInvariant()}{(timestamp.Timezone is null ? "" : ", " + timestamp.Timezone)}>",
        DictionaryType dictionary => $"Dictionary<{NameOf(dictionary.IndexType)}, {NameOf(dictionary.ValueType)}>",
        ListType list => $"List<{NameOf(list.ValueDataType)}>",
        StructType record => $"Struct<{{{string.Join(", ", record.Fields.Select(f => $"{f.Name}:{NameOf(f.DataType)}"))}}}>",
        _ => throw new ArgumentException(type.Name, nameof(type)),
    };

    /// <summary>The values of an array, as they are given to <see cref="Values"/>.</summary>
    public static object?[] Read(IArrowArray array) => [.. Enumerable.Range(0, array.Length).Select(i => array.IsNull(i) ? null : Read(array, i))];

    private static object? Read(IArrowArray array, int i) => array switch
    {
        BooleanArray a => a.GetValue(i),
        TimestampArray a => a.GetValue(i),
        PrimitiveArray<sbyte> a => a.GetValue(i),
        PrimitiveArray<short> a => a.GetValue(i),
        PrimitiveArray<int> a => a.GetValue(i),
        PrimitiveArray<long> a => a.GetValue(i),
        PrimitiveArray<byte> a => a.GetValue(i),
        PrimitiveArray<ushort> a => a.GetValue(i),
        PrimitiveArray<uint> a => a.GetValue(i),
        PrimitiveArray<ulong> a => a.GetValue(i),
        PrimitiveArray<float> a => a.GetValue(i),
        PrimitiveArray<double> a => a.GetValue(i),
        StringArray a => a.GetString(i),
        BinaryArray a => a.GetBytes(i).ToArray(),
        DictionaryArray a => Read(a.Dictionary, Convert.ToInt32(Read(a.Indices, i), CultureInfo.InvariantCulture)),
        ListArray a => Read(a.GetSlicedValues(i)!),
        StructArray a => a.Fields.Select(child => child.IsNull(i) ? null : Read(child, i)).ToArray(),
        _ => throw new ArgumentException(array.GetType().Name, nameof(array)),
    };

    private static IArrowArray Build(IArrowType type, object?[] values) => type switch
    {
        BooleanType => Fill(new BooleanArray.Builder(), values, (builder, value) => builder.Append((bool)value)),
        Int8Type => Fill(new Int8Array.Builder(), values, (builder, value) => builder.Append((sbyte)value)),
        Int16Type => Fill(new Int16Array.Builder(), values, (builder, value) => builder.Append((short)value)),
        Int32Type => Fill(new Int32Array.Builder(), values, (builder, value) => builder.Append((int)value)),
        Int64Type => Fill(new Int64Array.Builder(), values, (builder, value) => builder.Append((long)value)),
        UInt8Type => Fill(new UInt8Array.Builder(), values, (builder, value) => builder.Append((byte)value)),
        UInt16Type => Fill(new UInt16Array.Builder(), values, (builder, value) => builder.Append((ushort)value)),
        UInt32Type => Fill(new UInt32Array.Builder(), values, (builder, value) => builder.Append((uint)value)),
        UInt64Type => Fill(new UInt64Array.Builder(), values, (builder, value) => builder.Append((ulong)value)),
        FloatType => Fill(new FloatArray.Builder(), values, (builder, value) => builder.Append((float)value)),
        DoubleType => Fill(new DoubleArray.Builder(), values, (builder, value) => builder.Append((double)value)),
        StringType => Fill(new StringArray.Builder(), values, (builder, value) => builder.Append((string)value)),
        BinaryType => Fill(new BinaryArray.Builder(), values, (builder, value) => builder.Append(((byte[])value).AsSpan())),
        TimestampType timestamp => BuildTimestamps(timestamp, values),
        DictionaryType dictionary => BuildDictionary(dictionary, values),
        ListType list => BuildList(list, values),
        StructType record => new StructArray(
            record,
            values.Length,
            record.Fields.Select((field, i) => Build(field.DataType, [.. values.Select(value => ((object?[]?)value)?[i])])),
            Validity(values),
            values.Count(value => value is null)),
        _ => throw new ArgumentException(type.Name, nameof(type)),
    };

    private static IArrowArray Fill<TBuilder>(TBuilder builder, object?[] values, Func<TBuilder, object, TBuilder> append)
        where TBuilder : IArrowArrayBuilder<IArrowArray, IArrowArrayBuilder<IArrowArray>>
    {
        foreach (var value in values)
        {
            if (value is null)
            {
                builder.AppendNull();
            }
            else
            {
                append(builder, value);
            }
        }

        return builder.Build(null!);
    }

    private static TimestampArray BuildTimestamps(TimestampType type, object?[] ticks)
    {
        var values = new ArrowBuffer.Builder<long>().AppendRange(ticks.Select(t => (long?)t ?? 0)).Build();
        return new TimestampArray(type, values, Validity(ticks), ticks.Length, ticks.Count(t => t is null), 0);
    }

    private static DictionaryArray BuildDictionary(DictionaryType type, object?[] values)
    {
        var words = values.Where(value => value is not null).Distinct().ToList();
        var index = type.IndexType;
        object?[] places = [.. values.Select(value => value is null ? null : Convert.ChangeType(words.IndexOf(value), CodeOf(index), CultureInfo.InvariantCulture))];
        return new DictionaryArray(type, Build(index, places), Build(type.ValueType, [.. words]));
    }

    private static TypeCode CodeOf(IArrowType index) => Enum.Parse<TypeCode>(index switch { Int8Type => "SByte", UInt8Type => "Byte", _ => NameOf(index).Replace("Uint", "UInt", StringComparison.Ordinal) });

    private static ListArray BuildList(ListType type, object?[] values)
    {
        var offsets = new ArrowBuffer.Builder<int>().Append(0);
        var items = new List<object?>();
        foreach (var value in values)
        {
            items.AddRange((object?[]?)value ?? []);
            offsets.Append(items.Count);
        }

        return new ListArray(type, values.Length, offsets.Build(), Build(type.ValueDataType, [.. items]), Validity(values), values.Count(value => value is null));
    }

    private static ArrowBuffer Validity(object?[] values) => values.All(value => value is not null)
        ? ArrowBuffer.Empty
        : new ArrowBuffer.BitmapBuilder().AppendRange(values.Select(value => value is not null)).Build();
}
