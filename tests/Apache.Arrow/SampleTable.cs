using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Emergence.Apache.Arrow.Tests;

/// <summary>Columns of every type, from a seed, written as a file or a stream and compared with what a reader finds.</summary>
internal sealed record SampleTable(IReadOnlyList<SampleColumn> Columns)
{
    private static readonly IArrowType[] _simple =
    [
        BooleanType.Default, Int8Type.Default, Int16Type.Default, Int32Type.Default, Int64Type.Default,
        UInt8Type.Default, UInt16Type.Default, UInt32Type.Default, UInt64Type.Default, FloatType.Default, DoubleType.Default,
        StringType.Default, BinaryType.Default, new TimestampType(TimeUnit.Microsecond, "UTC"), new TimestampType(TimeUnit.Nanosecond, (string?)null),
    ];

    /// <summary>Every type of the subset.</summary>
    public static IReadOnlyList<IArrowType> Types { get; } =
    [
        .. _simple,
        .. new IArrowType[] { Int8Type.Default, Int16Type.Default, Int32Type.Default, Int64Type.Default, UInt8Type.Default, UInt16Type.Default, UInt32Type.Default }
            .Select(index => new DictionaryType(index, StringType.Default, false)),
        new DictionaryType(Int32Type.Default, Int64Type.Default, false),
        new ListType(Int32Type.Default),
        new ListType(StringType.Default),
        new ListType(new ListType(DoubleType.Default)),
        new StructType([new Field("flag", BooleanType.Default, true), new Field("text", StringType.Default, true), new Field("number", Int64Type.Default, true)]),
        new ListType(new StructType([new Field("document", Int32Type.Default, true), new Field("activation", FloatType.Default, true)])),
        new StructType([new Field("word", new DictionaryType(Int32Type.Default, StringType.Default, false), true), new Field("inner", new ListType(BooleanType.Default), true)]),
    ];

    public int Rows => Columns[0].Values.Length;

    public Schema Schema => new(Columns.Select(c => c.Field), new Dictionary<string, string> { ["emergence.table"] = "sample", ["größe"] = "日本" });

    /// <param name="rows">Rows.</param>
    /// <param name="nulls">Share of values that are missing.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="types">Types of the columns; every one when not given.</param>
    public static SampleTable Make(int rows, double nulls, int seed, IReadOnlyList<IArrowType>? types = null)
    {
        var random = new Random(seed);
        return new([.. (types ?? Types).Select((type, i) => new SampleColumn($"c{i}", type, [.. Enumerable.Range(0, rows).Select(_ => Value(type, random, nulls))]))]);
    }

    public RecordBatch Build() => new(Schema, Columns.Select(c => c.Build()), Rows);

    /// <summary>What the independent reader has to print.</summary>
    public JsonObject Expected(params IReadOnlyList<int> batches) => new()
    {
        ["metadata"] = new JsonObject { ["emergence.table"] = "sample", ["größe"] = "日本" },
        ["fields"] = new JsonArray([.. Columns.Select(c => new JsonObject { ["name"] = c.Name, ["type"] = SampleColumn.NameOf(c.Type), ["nullable"] = true, ["metadata"] = new JsonObject() })]),
        ["rows"] = Rows,
        ["batches"] = new JsonArray([.. batches.Select(b => (JsonNode)b)]),
        ["columns"] = new JsonArray([.. Columns.Select(c => c.Show())]),
    };

    public static byte[] Write(bool file, params IReadOnlyList<RecordBatch> batches)
    {
        var stream = new MemoryStream();
        using (var writer = file ? new ArrowFileWriter(stream, batches[0].Schema, leaveOpen: true) : new ArrowStreamWriter(stream, batches[0].Schema, leaveOpen: true))
        {
            foreach (var batch in batches)
            {
                writer.WriteRecordBatch(batch);
            }

            writer.WriteEnd();
        }

        return stream.ToArray();
    }

    public static ArrowStreamReader Open(bool file, byte[] bytes) => file ? new ArrowFileReader(new MemoryStream(bytes)) : new ArrowStreamReader(new MemoryStream(bytes));

    /// <summary>The same over memory that is lent for the reader's life.</summary>
    public static ArrowStreamReader Open(bool file, ReadOnlyMemory<byte> bytes) =>
        !file ? new ArrowStreamReader(bytes)
        : MemoryMarshal.TryGetArray(bytes, out var segment) ? new ArrowFileReader(new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false))
        : throw new ArgumentException("the bytes are not an array's", nameof(bytes));

    /// <summary>Every value of every batch, a list per column.</summary>
    public static List<object?>[] ReadAll(ArrowStreamReader reader)
    {
        List<object?>[]? columns = null;
        while (reader.ReadNextRecordBatch() is { } batch)
        {
            columns ??= [.. Enumerable.Range(0, batch.ColumnCount).Select(_ => new List<object?>())];
            for (var i = 0; i < batch.ColumnCount; i++)
            {
                columns[i].AddRange(SampleColumn.Read(batch.Column(i)));
            }
        }

        return columns ?? [];
    }

    private static object? Value(IArrowType type, Random random, double nulls) => random.NextDouble() < nulls ? null : type switch
    {
        BooleanType => random.Next(2) == 1,
        Int8Type => (sbyte)random.Next(sbyte.MinValue, sbyte.MaxValue + 1),
        Int16Type => (short)random.Next(short.MinValue, short.MaxValue + 1),
        Int32Type => random.Next(int.MinValue, int.MaxValue),
        Int64Type or TimestampType => random.NextInt64(long.MinValue, long.MaxValue),
        UInt8Type => (byte)random.Next(256),
        UInt16Type => (ushort)random.Next(ushort.MaxValue + 1),
        UInt32Type => (uint)random.NextInt64(uint.MaxValue + 1L),
        UInt64Type => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        FloatType => random.Next(8) switch { 0 => float.NaN, 1 => float.NegativeInfinity, 2 => -0f, _ => random.NextSingle() * 1e9f },
        DoubleType => random.Next(8) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -0d, 3 => double.Epsilon, _ => random.NextDouble() * 1e200 },
        StringType => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(4) switch { 0 => "é", 1 => "日", 2 => "🙂", _ => "a" })),
        BinaryType => random.Next(5) is var n and > 0 ? RandomBytes(random, n) : [],
        DictionaryType { ValueType: StringType } => $"word {random.Next(9)}",
        DictionaryType => random.NextInt64(9),
        ListType list => Enumerable.Range(0, random.Next(4)).Select(_ => Value(list.ValueDataType, random, nulls)).ToArray(),
        StructType record => record.Fields.Select(field => Value(field.DataType, random, nulls)).ToArray(),
        _ => throw new ArgumentException(type.Name, nameof(type)),
    };

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
