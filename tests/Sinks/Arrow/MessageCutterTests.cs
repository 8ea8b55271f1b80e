using Apache.Arrow.Ipc;
using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.Arrow;

public class MessageCutterTests
{
    private const int Step = 8;

    public static TheoryData<Tables, int> Limits
    {
        get
        {
            var data = new TheoryData<Tables, int>();
            foreach (var table in TableSchema.Each)
            {
                foreach (var limit in new[] { 7200, 9001, 15_000, 1_000_000 })
                {
                    data.Add(table, limit);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void Every_row_is_in_one_message_of_its_layer_under_the_limit(Tables table, int limit)
    {
        var expected = Sample(features: 400);
        var messages = Cut(table, expected, limit);
        Assert.All(messages, m => Assert.InRange(m.Stream.Length, 1, limit));
        foreach (var layer in messages.GroupBy(m => m.Layer))
        {
            Assert.Equal(Enumerable.Range(1, layer.Count()), layer.Select(m => m.Part));
            Assert.All(layer, m => Assert.Equal(layer.Count(), m.Parts));
            ResultAssert.Same(OfLayer(table, expected, layer.Key), Join(table, layer));
        }

        Assert.Equal(Layers(table, expected), messages.Select(m => m.Layer).Distinct());
        Assert.True(limit > 9001 || table is not (Tables.Features or Tables.Firings) || messages.Count > 3, "the limit splits nothing");
    }

    [Fact]
    public void Each_message_is_a_stream_of_its_own_with_schema_dictionaries_and_end()
    {
        var messages = Cut(Tables.Firings, Sample(200), 9000);
        foreach (var message in messages)
        {
            using var reader = new ArrowStreamReader(message.Stream);
            Assert.Equal("firings", reader.Schema.Metadata!["emergence.table"]);
            Assert.Equal(message.Rows, reader.ReadNextRecordBatch()!.Length);
            Assert.Null(reader.ReadNextRecordBatch());
            Assert.Equal([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], message.Stream[^8..].ToArray());
        }
    }

    [Fact]
    public void The_same_file_gives_the_same_messages() =>
        Assert.Equal(Cut(Tables.Features, Sample(90), 8000).Select(m => m.Stream.ToArray()), Cut(Tables.Features, Sample(90), 8000).Select(m => m.Stream.ToArray()));

    [Fact]
    public void Rows_of_a_layer_that_are_not_adjacent_are_batches_of_one_message()
    {
        int?[] layers = [null, 2, null, 1, 2, 2, null];
        var expected = SampleResults.Empty(Step) with { Events = [.. layers.Select((layer, i) => Event(layer, $"event {i}"))] };
        var messages = Cut(Tables.Events, expected, 1_000_000);
        Assert.Equal([null, 2, 1], messages.Select(m => m.Layer));
        Assert.Equal([3, 3, 1], messages.Select(m => m.Rows));
        Assert.Equal(["event 0", "event 2", "event 6"], Join(Tables.Events, messages.Take(1)).Events.Select(e => e.Message));
        Assert.Equal(["event 1", "event 4", "event 5"], Join(Tables.Events, messages.Skip(1).Take(1)).Events.Select(e => e.Message));
        var cut = Cut(Tables.Events, expected, messages[0].Stream.Length - 1).Where(m => m.Layer is null).ToList();
        Assert.Equal([1, 2], cut.Select(m => m.Rows));
        Assert.Equal(["event 0", "event 2", "event 6"], Join(Tables.Events, cut).Events.Select(e => e.Message));
    }

    [Fact]
    public void Only_wanted_layers_are_cut()
    {
        var messages = Cut(Tables.Curves, Sample(4), 1_000_000, layer => layer is 0 or 2);
        Assert.Equal([0, 2], messages.Select(m => m.Layer!.Value));
        Assert.Empty(Cut(Tables.Events, Sample(4), 1_000_000, layer => layer is 0));
    }

    [Fact]
    public void A_table_without_rows_has_no_message() => Assert.All(TableSchema.Each, table => Assert.Empty(Cut(table, SampleResults.Empty(Step), 100)));

    [Fact]
    public void A_row_that_is_larger_than_a_message_is_named_with_the_setting()
    {
        var huge = new string('x', 50_000);
        var result = SampleResults.Empty(Step) with { Events = [Event(3, "small"), Event(3, huge)] };
        var e = Assert.Throws<BadInputException>(() => Cut(Tables.Events, result, 20_000));
        Assert.Equal("layer 3, row 1", e.Place);
        Assert.Contains("events", e.Problem, StringComparison.Ordinal);
        Assert.Contains("--kafka-message-bytes", e.Remedy, StringComparison.Ordinal);
        var needed = int.Parse(e.Remedy.Split("at least ")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(needed, Cut(Tables.Events, result, needed).Max(m => m.Stream.Length));
        Assert.Throws<BadInputException>(() => Cut(Tables.Events, result, needed - 1));
    }

    [Fact]
    public void A_file_of_another_table_or_step_or_a_damaged_one_is_bad_input()
    {
        var bytes = File(Tables.Health, Sample(4));
        Assert.Throws<BadInputException>(() => MessageCutter.CutFile(new MemoryStream(bytes), "f", Tables.Curves, Step, 10_000).ToList());
        Assert.Throws<BadInputException>(() => MessageCutter.CutFile(new MemoryStream(bytes), "f", Tables.Health, Step + 1, 10_000).ToList());
        Assert.Throws<BadInputException>(() => MessageCutter.CutFile(new MemoryStream(bytes[..^9]), "f", Tables.Health, Step, 10_000).ToList());
    }

    [Fact]
    public void Beyond_the_table_one_message_is_in_memory()
    {
        using var batch = ArrowTables.Encode(Tables.Firings, SampleResults.Run, Sample(20_000));
        const int Limit = 50_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (bytes, count) = (0L, 0);
        foreach (var message in MessageCutter.Cut(batch, "memory", Tables.Firings, Limit))
        {
            bytes += message.Stream.Length;
            count++;
        }

        // What is allocated and not a message: metadata of each measurement, about twice as many as messages.
        Assert.True(count > 20);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, bytes, bytes + (count * 60_000L));
    }

    private static EventRow Event(int? layer, string message) => new(EventKind.IdentityBreak, EventSeverity.Info, 3, layer, "pos", null, null, "{}", message);

    private static CheckpointResult Sample(int features) => SampleResults.Make(Step, features: features);

    private static List<TableMessage> Cut(Tables table, CheckpointResult result, int limit, Predicate<int?>? layers = null) =>
        [.. MessageCutter.CutFile(new MemoryStream(File(table, result)), "a/table.arrow", table, Step, limit, layers)];

    private static byte[] File(Tables table, CheckpointResult result)
    {
        var stream = new MemoryStream();
        ArrowTables.WriteFile(stream, table, SampleResults.Run, result);
        return stream.ToArray();
    }

    private static CheckpointResult Join(Tables table, IEnumerable<TableMessage> messages)
    {
        var joined = SampleResults.Empty(Step);
        foreach (var message in messages)
        {
            var read = ArrowTables.ReadStream(new MemoryStream(message.Stream.ToArray()), "message", table, SampleResults.Empty(Step));
            joined = joined with
            {
                Curves = [.. joined.Curves, .. read.Curves],
                Features = [.. joined.Features, .. read.Features],
                Firings = [.. joined.Firings, .. read.Firings],
                Health = [.. joined.Health, .. read.Health],
                Events = [.. joined.Events, .. read.Events],
            };
        }

        return joined;
    }

    private static CheckpointResult OfLayer(Tables table, CheckpointResult result, int? layer) => SampleResults.Empty(Step) with
    {
        Curves = table == Tables.Curves ? [.. result.Curves.Where(r => r.Layer == layer)] : [],
        Features = table == Tables.Features ? [.. result.Features.Where(r => r.Layer == layer)] : [],
        Firings = table == Tables.Firings ? [.. result.Firings.Where(r => r.Layer == layer)] : [],
        Health = table == Tables.Health ? [.. result.Health.Where(r => r.Layer == layer)] : [],
        Events = table == Tables.Events ? [.. result.Events.Where(r => r.Layer == layer)] : [],
    };

    private static IEnumerable<int?> Layers(Tables table, CheckpointResult result) => table switch
    {
        Tables.Curves => result.Curves.Select(r => (int?)r.Layer).Distinct(),
        Tables.Features => result.Features.Select(r => (int?)r.Layer).Distinct(),
        Tables.Firings => result.Firings.Select(r => (int?)r.Layer).Distinct(),
        Tables.Health => result.Health.Select(r => (int?)r.Layer).Distinct(),
        _ => result.Events.Select(r => r.Layer).Distinct(),
    };
}
