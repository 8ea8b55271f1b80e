using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Emergence.Apache.Arrow.Tests;

/// <summary>Every byte that is written, read back by the JavaScript library of the Arrow project.</summary>
public class IndependentReaderTests
{
    // The JavaScript library cannot look up dictionaries by 64-bit numbers.
    private static readonly IArrowType[] _types = [.. SampleTable.Types.Where(type => type is not DictionaryType { IndexType: Int64Type })];

    [Fact]
    public void It_finds_every_value_of_every_type_in_files_and_streams()
    {
        (string Name, SampleTable Table)[] cases =
        [
            ("some values missing", SampleTable.Make(37, 0.3, 1, _types)),
            ("no value missing", SampleTable.Make(64, 0, 2, _types)),
            ("every value missing", SampleTable.Make(9, 1, 3, _types)),
            ("one row", SampleTable.Make(1, 0, 4, _types)),
            ("no rows", SampleTable.Make(0, 0, 5, _types)),
        ];
        var found = NpmArrow.Read(cases.SelectMany(c => new[] { SampleTable.Write(true, c.Table.Build()), SampleTable.Write(false, c.Table.Build()) }));
        for (var i = 0; i < found.Count; i++)
        {
            Same(cases[i / 2].Name, cases[i / 2].Table.Expected(cases[i / 2].Table.Rows), found[i]!);
        }
    }

    [Fact]
    public void It_finds_views_of_batches_and_several_batches_of_one_table()
    {
        var table = SampleTable.Make(50, 0.25, 6, _types);
        var batch = table.Build();
        RecordBatch[] pieces = [batch.Slice(0, 13), batch.Slice(13, 1), batch.Slice(14, 36)];
        var found = NpmArrow.Read(SampleTable.Write(true, pieces), SampleTable.Write(false, pieces));
        Same("file", table.Expected(13, 1, 36), found[0]!);
        Same("stream", table.Expected(13, 1, 36), found[1]!);
    }

    [Fact]
    public void It_finds_fields_that_may_not_be_missing_and_their_metadata()
    {
        var field = new Field("n", Int32Type.Default, false, new Dictionary<string, string> { ["unit"] = "tokens" });
        var batch = new RecordBatch(new Schema([field], null), [new Int32Array.Builder().Append(5).Build()], 1);
        var found = NpmArrow.Read(SampleTable.Write(true, batch))[0]!["fields"]![0]!;
        Assert.Equal("""{"name":"n","type":"Int32","nullable":false,"metadata":{"unit":"tokens"}}""", found.ToJsonString());
    }

    private static void Same(string name, JsonObject expected, JsonNode found)
    {
        foreach (var (key, value) in expected.Where(pair => pair.Key != "columns"))
        {
            Assert.True(JsonNode.DeepEquals(value, found[key]), $"{name}, {key}: {found[key]?.ToJsonString()} is not {value?.ToJsonString()}");
        }

        var columns = expected["columns"]!.AsArray();
        for (var i = 0; i < columns.Count; i++)
        {
            var (value, got) = (columns[i], found["columns"]![i]);
            Assert.True(JsonNode.DeepEquals(value, got), $"{name}, {expected["fields"]![i]!["type"]}: {got?.ToJsonString()} is not {value!.ToJsonString()}");
        }
    }
}
