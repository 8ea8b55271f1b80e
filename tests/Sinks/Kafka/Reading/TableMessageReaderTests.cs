using Apache.Arrow.Ipc;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Reading;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.Kafka.Reading;

public sealed class TableMessageReaderTests
{
    private const int Limit = 8_000;
    private static readonly CheckpointResult Rows = SampleResults.Make(512, features: 60);

    public static TheoryData<Tables> Each => [.. TableSchema.Each];

    [Theory]
    [MemberData(nameof(Each))]
    public void Messages_of_a_table_are_read_and_parts_put_together_to_the_rows_that_were_cut(Tables table)
    {
        var assembly = new PartAssembly();
        var messages = Messages(table).ToList();
        var whole = messages.Select((message, i) => assembly.Add(TableMessageReader.Read(Received(message, table, i), table), message.Stream.Length, NoRefusal, NothingCutOff)).OfType<PublishedRows>().ToList();
        assembly.End(NoRefusal);
        if (table is Tables.Features)
            Assert.Contains(messages, message => message.Parts > 2);
        Assert.Equal(messages.Select(message => message.Layer).Distinct(), whole.Select(rows => rows.Layer));
        Assert.All(whole, rows => Assert.Equal((512L, 7L, SampleResults.Run.Run, SampleResults.Run.Model), (rows.Rows.Step, rows.Sequence, rows.Run.Run, rows.Run.Model)));
        Assert.All(whole, rows => Assert.Equal(table == Tables.Curves ? SampleResults.Run.Parameters : 0, rows.Run.Parameters));
        var empty = new CheckpointResult(512, null, [], [], [], [], []);
        var read = whole.Aggregate(empty, (now, rows) => now with
        {
            Curves = [.. now.Curves, .. rows.Rows.Curves],
            Features = [.. now.Features, .. rows.Rows.Features],
            Firings = [.. now.Firings, .. rows.Rows.Firings],
            Health = [.. now.Health, .. rows.Rows.Health],
            Events = [.. now.Events, .. rows.Rows.Events],
        });
        // By way of the bytes, which also compare NaN and lists; events of different layers come in another order than they happened.
        var expected = table == Tables.Events ? Rows with { Events = [.. Rows.Events.OrderBy(row => messages.FindIndex(message => message.Layer == row.Layer))] } : Rows;
        Assert.Equal(Bytes(table, expected), Bytes(table, read with { TokensSeen = expected.TokensSeen }));
        if (table == Tables.Curves)
            Assert.All(whole, rows => Assert.Equal(Rows.TokensSeen, rows.Rows.TokensSeen));
    }

    [Theory]
    [InlineData("value", "value")]
    [InlineData("key", "key")]
    [InlineData("no key", "key")]
    [InlineData("content-type", "header content-type")]
    [InlineData("emergence-table", "header emergence-table")]
    [InlineData("emergence-schema-version", "header emergence-schema-version")]
    [InlineData("run", "metadata run")]
    [InlineData("step", "column step")]
    [InlineData("layer", "column layer")]
    [InlineData("part", "header part")]
    [InlineData("parts", "header parts")]
    [InlineData("sequence", "header sequence")]
    [InlineData("cut off", "")]
    public void A_message_whose_parts_contradict_each_other_is_refused_with_its_place(string what, string place)
    {
        var message = Received(Messages(Tables.Curves).First(), Tables.Curves, 17);
        var changed = what switch
        {
            "value" => message with { Value = null },
            "key" => message with { Key = "other/0" },
            "no key" => message with { Key = null },
            "run" => With(message, "run", "other") with { Key = "other/0" },
            "step" => With(message, "step", "513"),
            "layer" => With(message, "layer", "1") with { Key = "nightly/1" },
            "part" => With(message, "part", "0"),
            "parts" => With(message, "parts", "2147483647"),
            "sequence" => With(message, "sequence", "-1"),
            "cut off" => message with { Value = message.Value![..(message.Value.Length / 2)] },
            _ => With(message, what, "text/plain"),
        };
        var error = Assert.Throws<BadInputException>(() => TableMessageReader.Read(changed, Tables.Curves));
        Assert.Equal("emergence.curves[2]@17", error.File);
        Assert.Contains(place, error.Place);
    }

    [Fact]
    public void A_header_that_is_missing_is_named()
    {
        var message = Received(Messages(Tables.Curves).First(), Tables.Curves, 17);
        foreach (var name in message.Headers.Select(header => header.Key))
        {
            var error = Assert.Throws<BadInputException>(() => TableMessageReader.Read(message with { Headers = [.. message.Headers.Where(header => header.Key != name)] }, Tables.Curves));
            Assert.Equal($"header {name}", error.Place);
        }
    }

    [Fact]
    public void Changed_bytes_are_refused_or_read_but_nothing_else_happens()
    {
        var random = new Random(5);
        foreach (var table in TableSchema.Each)
        {
            var message = Received(Messages(table).First(), table, 0);
            for (var i = 0; i < 2000; i++)
            {
                var bytes = message.Value!.ToArray();
                for (var n = random.Next(1, 4); n > 0; n--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                try
                {
                    TableMessageReader.Read(message with { Value = bytes }, table);
                }
                catch (BadInputException)
                {
                }
            }
        }
    }

    [Fact]
    public void Parts_that_never_become_whole_are_given_up_with_their_place()
    {
        var refused = new List<BadInputException>();
        var assembly = new PartAssembly();
        var parts = Messages(Tables.Features).Where(message => message.Layer == 0).Select((message, i) => (Message: message, Rows: TableMessageReader.Read(Received(message, Tables.Features, i), Tables.Features))).ToList();
        Assert.True(parts.Count > 2);
        // The first part again begins anew: what was there is given up.
        Assert.Null(assembly.Add(parts[0].Rows, 10, refused.Add, NothingCutOff));
        Assert.Null(assembly.Add(parts[1].Rows, 10, refused.Add, NothingCutOff));
        foreach (var (message, rows) in parts.SkipLast(1))
            Assert.Null(assembly.Add(rows, message.Stream.Length, refused.Add, NothingCutOff));
        Assert.Contains($"of the {parts.Count} parts of run nightly, step 512, layer 0 only 2 are there", Assert.Single(refused).Message);
        Assert.Equal(60, assembly.Add(parts[^1].Rows, 10, refused.Add, NothingCutOff)!.Rows.Features.Count);

        // Without a bound nobody's endless first parts would fit into the memory.
        refused.Clear();
        for (var i = 0; i < PartAssembly.MaxWaiting + 10; i++)
            Assert.Null(assembly.Add(parts[0].Rows with { Sequence = i + 1 }, 10, refused.Add, NothingCutOff));
        Assert.Equal(10, refused.Count);
        Assert.Null(assembly.Add(parts[0].Rows with { Sequence = 9999 }, (int)(PartAssembly.MaxBytes / 2), refused.Add, NothingCutOff));
        Assert.Null(assembly.Add(parts[0].Rows with { Sequence = 10_000 }, (int)(PartAssembly.MaxBytes / 2), refused.Add, NothingCutOff));
        Assert.InRange(refused.Count, PartAssembly.MaxWaiting, PartAssembly.MaxWaiting + 12);
        refused.Clear();
        assembly.End(refused.Add);
        Assert.InRange(refused.Count, 1, 2);
    }

    [Fact]
    public void Parts_at_a_topics_beginning_whose_first_ones_are_gone_are_passed_over_with_one_line()
    {
        var assembly = new PartAssembly();
        var parts = Messages(Tables.Features).Where(message => message.Layer == 0).Select((message, i) => TableMessageReader.Read(Received(message, Tables.Features, i), Tables.Features)).ToList();
        Assert.True(parts.Count > 3);
        var cut = new List<string>();
        Assert.All(parts.Skip(1), part => Assert.Null(assembly.Add(part, 10, NoRefusal, cut.Add)));
        Assert.Equal($"emergence.features[2]@1: parts 1 to 1 of {parts.Count} of run nightly, step 512, layer 0 are not in the topic any more: the others are passed over", Assert.Single(cut));

        // Another commit, and the same one published again, are whole.
        foreach (var again in new[] { parts.Select(part => part with { Sequence = 8 }), parts })
        {
            Assert.Equal(60, again.Select(part => assembly.Add(part, 10, NoRefusal, cut.Add)).ToList()[^1]!.Rows.Features.Count);
        }

        Assert.Single(cut);

        // A part that is missing in the midst ends what there is of its table; the rest is passed over in silence.
        var refused = new List<BadInputException>();
        Assert.Null(assembly.Add(parts[0], 10, refused.Add, cut.Add));
        Assert.All(parts.Skip(2), part => Assert.Null(assembly.Add(part, 10, refused.Add, cut.Add)));
        Assert.Single(refused);
        Assert.Single(cut);
        assembly.End(NoRefusal);
    }

    private static void NothingCutOff(string what) => throw new InvalidOperationException(what);

    private static void NoRefusal(BadInputException error) => throw error;

    private static IEnumerable<TableMessage> Messages(Tables table)
    {
        using var batch = ArrowTables.Encode(table, SampleResults.Run, Rows);
        foreach (var message in MessageCutter.Cut(batch, "sample", table, Limit))
            yield return message;
    }

    private static ReceivedMessage Received(TableMessage message, Tables table, long offset)
    {
        var headers = new List<KeyValuePair<string, string>>
        {
            new("content-type", TableMessage.ContentType), new("emergence-table", TableSchema.NameOf(table)), new("emergence-schema-version", "1"), new("run", "nightly"), new("step", "512"),
            new("part", $"{message.Part}"), new("parts", $"{message.Parts}"), new("sequence", "7"),
        };
        if (message.Layer is { } layer)
            headers.Add(new("layer", $"{layer}"));
        return new(new($"emergence.{TableSchema.NameOf(table)}", 2, offset), message.Layer is null ? "nightly" : $"nightly/{message.Layer}", message.Stream.ToArray(), headers, DateTimeOffset.UnixEpoch);
    }

    private static ReceivedMessage With(ReceivedMessage message, string name, string value) =>
        message with { Headers = [.. message.Headers.Select(header => header.Key == name ? new(name, value) : header)] };

    private static byte[] Bytes(Tables table, CheckpointResult rows)
    {
        using var stream = new MemoryStream();
        using var batch = PlainTable.Encode(table, SampleResults.Run, rows);
        using var writer = new ArrowStreamWriter(stream, batch.Schema, leaveOpen: true);
        writer.WriteRecordBatch(batch);
        writer.WriteEnd();
        return stream.ToArray();
    }
}
