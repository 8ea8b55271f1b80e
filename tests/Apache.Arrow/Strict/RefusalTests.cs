using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Flatbuffers;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Emergence.Apache.Arrow.Tests.Strict;

/// <summary>Each lie that bytes can tell is refused by name.</summary>
public class RefusalTests
{
    [Fact]
    public void An_index_outside_its_dictionary_is_refused()
    {
        var type = new DictionaryType(Int32Type.Default, StringType.Default, false);
        var array = new DictionaryArray(type, new Int32Array.Builder().Append(0).Append(7).Build(), new StringArray.Builder().Append("a").Append("b").Build());
        Refused("value 1 of c stands at 7 of a dictionary of 2", array);
    }

    [Fact]
    public void An_index_of_a_missing_value_may_be_anything()
    {
        var type = new DictionaryType(Int32Type.Default, StringType.Default, false);
        var indices = new Int32Array(Numbers(0, 7), new ArrowBuffer(new byte[] { 1 }), 2, 1, 0);
        var bytes = Write(new DictionaryArray(type, indices, new StringArray.Builder().Append("a").Build()));
        using var reader = SampleTable.Open(true, bytes);
        Assert.Equal(["a", null], SampleColumn.Read(reader.ReadNextRecordBatch()!.Column(0)));
    }

    [Fact]
    public void Offsets_that_go_back_are_refused() =>
        Refused("offset 2 of c is 1, after 3", new StringArray(3, Numbers(0, 3, 1, 4), new ArrowBuffer("abcd"u8.ToArray()), ArrowBuffer.Empty));

    [Fact]
    public void Lists_that_leave_their_values_are_refused()
    {
        var values = new Int32Array.Builder().Append(1).Append(2).Append(3).Append(4).Build();
        Refused("offset 1 of c is 9", new ListArray(new ListType(Int32Type.Default), 2, Numbers(0, 9, 4), values, ArrowBuffer.Empty));
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0x41 })]
    [InlineData(new byte[] { 0xc3, 0x41 })]
    public void Text_that_is_not_utf8_is_refused(byte[] text) =>
        Refused("value 0 of c is not UTF-8", new StringArray(1, Numbers(0, 2), new ArrowBuffer(text), ArrowBuffer.Empty));

    [Fact]
    public void Text_cut_within_a_character_is_refused() =>
        Refused("value 0 of c is not UTF-8", new StringArray(2, Numbers(0, 1, 2), new ArrowBuffer("é"u8.ToArray()), ArrowBuffer.Empty));

    [Fact]
    public void A_null_count_that_the_bits_do_not_have_is_refused() =>
        Refused("c says that 2 values are missing, its bits say 1", new Int32Array(Numbers(1, 2, 3), new ArrowBuffer(new byte[] { 0b101 }), 3, 2, 0));

    [Fact]
    public void Columns_of_another_length_than_their_batch_are_refused()
    {
        var schema = new Schema([new Field("c", Int32Type.Default, true)], null);
        var bytes = SampleTable.Write(true, new RecordBatch(schema, [new Int32Array.Builder().Append(1).Build()], 5));
        Refused("c has 1 values where 5 belong", bytes);
    }

    [Fact]
    public void Fields_nested_too_deep_are_refused()
    {
        IArrowType type = Int32Type.Default;
        IArrowArray array = new Int32Array.Builder().Build();
        for (var i = 0; i < 80; i++)
        {
            type = new ListType(type);
            array = new ListArray(type, 0, Numbers(0), array, ArrowBuffer.Empty);
        }

        Refused("nested more than 64 deep", array);
    }

    [Fact]
    public void Metadata_whose_references_multiply_is_refused_quickly()
    {
        // Each struct has eight children that are all the same field: 8^40 fields in a few hundred bytes.
        var builder = new FlatBufferBuilder();
        var name = builder.CreateString("x");
        builder.StartTable(2);
        builder.AddInt32(0, 32);
        var number = builder.EndTable();
        var field = WriteField(builder, name, 2, number, 0);
        for (var i = 0; i < 40; i++)
        {
            builder.StartTable(0);
            field = WriteField(builder, name, 13, builder.EndTable(), builder.CreateVector([.. Enumerable.Repeat(field, 8)]));
        }

        var fields = builder.CreateVector([field]);
        builder.StartTable(4);
        builder.AddReference(1, fields);
        var schema = builder.EndTable();
        using var reader = new ArrowStreamReader(new MemoryStream(Message(builder, 1, schema)));
        Assert.Contains("more than its bytes can hold", Assert.Throws<InvalidDataException>(() => reader.ReadNextRecordBatch()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_that_is_promised_is_not_allocated_before_it_arrives()
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, -1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), int.MaxValue);
        using var reader = new ArrowStreamReader(new OneWayStream(bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => reader.ReadNextRecordBatch());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_file_without_its_marks_is_refused()
    {
        var bytes = SampleTable.Write(true, SampleTable.Make(2, 0, 1, [Int32Type.Default]).Build());
        Refused("does not begin with ARROW1", [(byte)'a', .. bytes[1..]]);
        Refused("does not end with ARROW1", bytes[..^1]);
        Refused("too few", []);
    }

    [Fact]
    public void Blocks_of_the_footer_that_overlap_are_refused()
    {
        // Many blocks that are all the same one would make a small file stand for much work.
        var batch = SampleTable.Make(400, 0, 1, [Int64Type.Default]).Build();
        var bytes = SampleTable.Write(true, batch, batch);
        var blocks = FindTwoBlocks(bytes);
        bytes.AsSpan(blocks, Block.Size).CopyTo(bytes.AsSpan(blocks + Block.Size));
        using (var reader = SampleTable.Open(true, bytes))
        {
            // The same block twice still fits into the file's size: allowed, it stands for no more than the bytes there are.
            Assert.Equal(800, SampleTable.ReadAll(reader)[0].Count);
        }

        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(blocks + 16), bytes.Length);
        Refused("leaves the file", bytes);
    }

    [Fact]
    public void A_file_with_one_dictionary_twice_is_refused()
    {
        var type = new DictionaryType(Int32Type.Default, StringType.Default, false);
        var bytes = SampleTable.Write(true, SampleTable.Make(4, 0, 1, [type, type]).Build());
        var (first, second) = FindDictionaryBlocks(bytes);
        bytes.AsSpan(first, Block.Size).CopyTo(bytes.AsSpan(second));
        Refused("has dictionary 0 twice", bytes);
    }

    [Theory]
    [InlineData(0, "LZ4")]
    [InlineData(1, "ZSTD")]
    public void A_compressed_body_is_refused_by_name_with_its_place_and_what_to_do(byte codec, string name)
    {
        var batch = SampleTable.Make(1, 0, 1, [Int32Type.Default]).Build();
        var schema = SampleTable.Write(false, batch.Slice(0, 0));
        var schemaLength = 8 + BinaryPrimitives.ReadInt32LittleEndian(schema.AsSpan(4));
        var builder = new FlatBufferBuilder();
        builder.StartTable(2);
        builder.AddByte(0, codec);
        var compression = builder.EndTable();
        builder.StartTable(4);
        builder.AddInt64(0, 1);
        builder.AddReference(3, compression);
        var header = builder.EndTable();
        byte[] bytes = [.. schema[..schemaLength], .. Message(builder, 3, header)];
        using var reader = new ArrowStreamReader(bytes);
        var message = Assert.Throws<NotSupportedException>(() => reader.ReadNextRecordBatch()).Message;
        Assert.Contains($"compressed ({name})", message, StringComparison.Ordinal);
        Assert.Contains("without compression", message, StringComparison.Ordinal);
        Assert.InRange(int.Parse(message["offset ".Length..message.IndexOf(':')], System.Globalization.CultureInfo.InvariantCulture), schemaLength, bytes.Length);
    }

    [Fact]
    public void The_offset_of_a_refusal_is_the_byte_that_lies()
    {
        int[] offsets = [0, 1111, 2222, 3333];
        var bytes = Write(new StringArray(3, Numbers(offsets), new ArrowBuffer(new byte[3333]), ArrowBuffer.Empty));
        var at = bytes.AsSpan().IndexOf(System.Runtime.InteropServices.MemoryMarshal.AsBytes(offsets.AsSpan())) + (2 * sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), 4444);
        Refused($"offset {at}: offset 2 of c is 4444", bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_large_body_is_held_once_from_a_file_and_not_at_all_from_memory(bool file)
    {
        const int Rows = 200_000;
        var batch = new RecordBatch(new Schema([new Field("c", Int64Type.Default, false)], null), [new Int64Array.Builder().AppendRange(Enumerable.Range(0, Rows).Select(i => (long)i)).Build()], Rows);
        var bytes = SampleTable.Write(file, batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = SampleTable.Open(file, (ReadOnlyMemory<byte>)bytes);
        var read = reader.ReadNextRecordBatch()!;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (file ? bytes.Length : 0) + 20_000);
        Assert.Equal(Rows - 1, ((Int64Array)read.Column(0)).GetValue(Rows - 1));
    }

    private static (int First, int Second) FindDictionaryBlocks(byte[] bytes)
    {
        // The footer's vector of two dictionaries: two blocks behind each other in the file, the first one's message right behind the schema's.
        var schemaEnd = 8 + 8 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        for (var at = bytes.Length - (2 * Block.Size); at > 0; at--)
        {
            var (first, second) = (Block.Read(bytes.AsSpan(at)), Block.Read(bytes.AsSpan(at + Block.Size)));
            if (first.Offset == schemaEnd && second.Offset == first.Offset + first.MetadataLength + first.BodyLength)
            {
                return (at, at + Block.Size);
            }
        }

        throw new InvalidOperationException("the file has no two dictionaries");
    }

    private static byte[] Message(FlatBufferBuilder builder, byte kind, int header)
    {
        builder.StartTable(5);
        builder.AddReference(2, header);
        builder.AddInt16(0, 4);
        builder.AddByte(1, kind);
        var metadata = builder.Finish(builder.EndTable());
        var bytes = new byte[8 + metadata.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, -1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), metadata.Length);
        metadata.CopyTo(bytes.AsMemory(8));
        return bytes;
    }

    private static int FindTwoBlocks(byte[] bytes)
    {
        for (var at = bytes.Length - (2 * Block.Size); at > 0; at--)
        {
            var (first, second) = (Block.Read(bytes.AsSpan(at)), Block.Read(bytes.AsSpan(at + Block.Size)));
            if (first.Offset > 0 && first.BodyLength is > 3000 and < 4000 && second.Offset == first.Offset + first.MetadataLength + first.BodyLength)
            {
                return at;
            }
        }

        throw new InvalidOperationException("the file has no two blocks");
    }

    private static int WriteField(FlatBufferBuilder builder, int name, byte kind, int type, int children)
    {
        builder.StartTable(7);
        builder.AddReference(5, children);
        builder.AddReference(3, type);
        builder.AddReference(0, name);
        builder.AddByte(2, kind);
        return builder.EndTable();
    }

    private static ArrowBuffer Numbers(params int[] numbers) => new ArrowBuffer.Builder<int>().Append(numbers).Build();

    private static byte[] Write(IArrowArray array) =>
        SampleTable.Write(true, new RecordBatch(new Schema([new Field("c", array.Data.DataType, true)], null), [array], array.Length));

    private static void Refused(string problem, IArrowArray array) => Refused(problem, Write(array));

    private static void Refused(string problem, byte[] file)
    {
        using var reader = SampleTable.Open(true, file);
        var message = Assert.Throws<InvalidDataException>(() => reader.ReadNextRecordBatch()).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Matches("^offset [0-9]+: ", message);
    }
}
