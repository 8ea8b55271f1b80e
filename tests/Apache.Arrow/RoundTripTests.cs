using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Emergence.Apache.Arrow.Tests;

public class RoundTripTests
{
    public static TheoryData<bool, int, double> Shapes
    {
        get
        {
            var data = new TheoryData<bool, int, double>();
            foreach (var file in new[] { true, false })
            {
                foreach (var (rows, nulls) in new[] { (0, 0.0), (1, 0.0), (1, 1.0), (7, 0.5), (8, 0.0), (9, 0.2), (64, 0.1), (1000, 0.3) })
                {
                    data.Add(file, rows, nulls);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_type_comes_back_value_for_value(bool file, int rows, double nulls)
    {
        var table = SampleTable.Make(rows, nulls, rows + 11);
        using var reader = SampleTable.Open(file, SampleTable.Write(file, table.Build()));
        var batch = reader.ReadNextRecordBatch()!;
        Assert.Equal(rows, batch.Length);
        for (var i = 0; i < table.Columns.Count; i++)
        {
            var column = table.Columns[i];
            Assert.Equal(column.Values.Count(value => value is null), batch.Column(i).NullCount);
            Same(column, SampleColumn.Read(batch.Column(i)));
        }

        Assert.Null(reader.ReadNextRecordBatch());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Several_batches_share_their_dictionaries(bool file)
    {
        var table = SampleTable.Make(40, 0.2, 21);
        var batch = table.Build();
        using var reader = SampleTable.Open(file, SampleTable.Write(file, batch.Slice(0, 3), batch.Slice(3, 0), batch.Slice(3, 37)));
        var columns = SampleTable.ReadAll(reader);
        for (var i = 0; i < columns.Length; i++)
        {
            Same(table.Columns[i], [.. columns[i]]);
        }
    }

    [Fact]
    public void The_schema_comes_back_with_names_types_and_metadata()
    {
        var field = new Field("top", new ListType(new Field("item", Int32Type.Default, false)), false, new Dictionary<string, string> { ["a"] = "b" });
        var schema = new Schema.Builder().Field(field).Field(f => f.Name("at").DataType(new TimestampType(TimeUnit.Microsecond, "UTC")).Nullable(true)).Metadata("run", "nightly").Build();
        var list = new ListArray.Builder(new Field("item", Int32Type.Default, false));
        list.Append();
        ((Int32Array.Builder)list.ValueBuilder).Append(4).Append(5);
        var at = new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC")).Append(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)).AddTicks(60)).Build();
        using var reader = SampleTable.Open(true, SampleTable.Write(true, new RecordBatch(schema, [list.Build(), at], 1)));
        var batch = reader.ReadNextRecordBatch()!;
        var read = reader.Schema;
        Assert.Equal("nightly", read.Metadata!["run"]);
        Assert.Equal(["top", "at"], read.FieldsList.Select(f => f.Name));
        Assert.Equal([false, true], read.FieldsList.Select(f => f.IsNullable));
        Assert.Equal("b", read.FieldsList[0].Metadata!["a"]);
        Assert.False(read.FieldsList[1].HasMetadata);
        Assert.False(((ListType)read.FieldsList[0].DataType).ValueField.IsNullable);
        Assert.Equal((TimeUnit.Microsecond, "UTC"), (((TimestampType)read.FieldsList[1].DataType).Unit, ((TimestampType)read.FieldsList[1].DataType).Timezone));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 1, 4, 5, TimeSpan.Zero).AddTicks(60), ((TimestampArray)batch.Column(1)).GetTimestamp(0));
    }

    [Fact]
    public void Times_before_1970_are_rounded_down()
    {
        var array = new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC")).Append(DateTimeOffset.UnixEpoch.AddTicks(-1)).Build();
        Assert.Equal(-1, array.GetValue(0));
    }

    [Fact]
    public void Bodies_and_messages_of_a_file_are_aligned_to_8_bytes_or_more()
    {
        var bytes = SampleTable.Write(true, SampleTable.Make(5, 0.5, 3).Build());
        Assert.Equal("ARROW1\0\0"u8.ToArray(), bytes[..8]);
        Assert.Equal("ARROW1"u8.ToArray(), bytes[^6..]);
        var marks = Enumerable.Range(0, bytes.Length / 8).Count(i => BitConverter.ToInt32(bytes, i * 8) == -1 && BitConverter.ToInt32(bytes, (i * 8) + 4) % 8 == 0);
        Assert.True(marks >= 3 + SampleTable.Types.Count(t => t is DictionaryType), $"{marks} messages at multiples of 8");
    }

    [Fact]
    public void The_same_values_give_the_same_bytes() =>
        Assert.Equal(SampleTable.Write(true, SampleTable.Make(50, 0.3, 9).Build()), SampleTable.Write(true, SampleTable.Make(50, 0.3, 9).Build()));

    [Fact]
    public void A_stream_without_its_end_mark_is_read_to_its_end()
    {
        var bytes = SampleTable.Write(false, SampleTable.Make(5, 0, 3).Build());
        using var reader = new ArrowStreamReader(new MemoryStream(bytes[..^8]));
        Assert.Equal(5, reader.ReadNextRecordBatch()!.Length);
        Assert.Null(reader.ReadNextRecordBatch());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_memory_that_gives_its_buffer_away_batches_are_views_and_reading_ends_where_it_ends(bool file)
    {
        var bytes = SampleTable.Write(file, SampleTable.Make(50, 0.3, 4).Build());
        using var memory = new MemoryStream([.. bytes, .. file ? [] : bytes], 0, file ? bytes.Length : 2 * bytes.Length, writable: true, publiclyVisible: true);
        for (var time = 0; time < (file ? 1 : 2); time++)
        {
            using var reader = file ? new ArrowFileReader(memory, leaveOpen: true) : new ArrowStreamReader(memory, leaveOpen: true);
            using var copied = SampleTable.Open(file, bytes);
            var (view, copy) = (reader.ReadNextRecordBatch()!, copied.ReadNextRecordBatch()!);
            Assert.Equal(SampleTable.Write(true, copy), SampleTable.Write(true, view));
            Assert.Null(reader.ReadNextRecordBatch());
            var body = view.Arrays.SelectMany(array => array.Data.Buffers).First(buffer => buffer.Length > 8).Memory;
            Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var place) && ReferenceEquals(place.Array, memory.GetBuffer()));
        }

        // What is said to be longer than it is, is not read out of the rest of the buffer.
        using var cut = new MemoryStream(bytes, 0, bytes.Length - 30, writable: false, publiclyVisible: true);
        Assert.Throws<InvalidDataException>(() =>
        {
            using var reader = file ? new ArrowFileReader(cut, leaveOpen: true) : new ArrowStreamReader(cut, leaveOpen: true);
            while (reader.ReadNextRecordBatch() is not null)
            {
            }
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stream_is_closed_with_its_reader_and_writer_unless_it_is_left_open(bool leaveOpen)
    {
        var batch = SampleTable.Make(1, 0, 1, [Int32Type.Default]).Build();
        var written = new MemoryStream();
        using (var writer = new ArrowStreamWriter(written, batch.Schema, leaveOpen))
        {
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }

        Assert.Equal(leaveOpen, written.CanWrite);
        var read = new MemoryStream(written.ToArray());
        new ArrowStreamReader(read, leaveOpen).Dispose();
        Assert.Equal(leaveOpen, read.CanRead);
    }

    private static void Same(SampleColumn column, object?[] read)
    {
        var found = new JsonArray([.. read.Select(value => SampleColumn.Show(column.Type, value))]);
        Assert.True(JsonNode.DeepEquals(column.Show(), found), $"{SampleColumn.NameOf(column.Type)}: {found.ToJsonString()} is not {column.Show().ToJsonString()}");
    }
}
