using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Emergence.Cli.Commands;
using Emergence.Cli.Tail;
using Emergence.Cli.Tests.Runs;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;
using Emergence.TestKit.Kafka;

namespace Emergence.Cli.Tests.Tail;

public sealed class KafkaTailTests : IDisposable
{
    private static readonly KafkaTopics Topics = new(KafkaTopics.DefaultPrefix);
    private readonly ProgramHarness _program = new();
    private readonly ModelLog _log = new(TimeProvider.System);
    private readonly CancellationTokenSource _watchdog = new(TimeSpan.FromSeconds(60));

    public KafkaTailTests() => _log.Create([.. TableSchema.Each.Select(Topics.Of), Topics.Commits, Topics.Live]);

    public void Dispose()
    {
        _watchdog.Dispose();
        _program.Dispose();
    }

    [Fact]
    public async Task The_newest_checkpoint_of_the_topics_is_that_of_the_run_folder()
    {
        var folder = await PublishedAsync(0, 4, 64);
        Assert.Equal(0, await Tail("--category", "modal"));
        var lines = Lines();
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"^run +step   layer  facet     category", lines[0]);
        Assert.Matches(@"^sample +64       0  pos       modal", lines[1]);
        Assert.Matches(@"^sample +64       1  pos       modal", lines[2]);
        Assert.Equal(0, await Tail("--run", "sample", "--last", "2"));
        var topics = _program.Output[(_program.Output.IndexOf("\n  step", StringComparison.Ordinal) + 1)..];
        using var other = new ProgramHarness();
        Assert.Equal(0, await other.RunAsync(TailCommand.Create(other.Host), "tail", folder, "--last", "2"));
        Assert.Equal(other.Output, topics);
    }

    [Fact]
    public async Task From_a_step_on_all_rows_are_JSON_lines_that_name_their_run()
    {
        await PublishedAsync(0, 4, 64);
        Assert.Equal(0, await Tail("--json", "--table", "health", "--from-step", "4", "--layer", "1"));
        var rows = Lines().Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal([("sample", 4), ("sample", 64)], rows.Select(row => (row.GetProperty("run").GetString()!, row.GetProperty("step").GetInt64())));
    }

    [Fact]
    public async Task An_Arrow_stream_has_one_schema_for_all_checkpoints_and_nothing_else_is_printed()
    {
        var folder = await PublishedAsync(0, 4, 64);
        foreach (var table in TableSchema.Each)
        {
            using var fromFolder = new ProgramHarness();
            Assert.Equal(0, await fromFolder.RunAsync(TailCommand.Create(fromFolder.Host), "tail", folder, "--arrow", "--last", "0", "--table", TableSchema.NameOf(table)));
            using var fromTopics = new ProgramHarness();
            Assert.Equal(0, await fromTopics.RunAsync(TailCommand.Create(fromTopics.Host, _ => _log.Connect()), "tail", "--kafka", "model:1", "--arrow", "--last", "0", "--table", TableSchema.NameOf(table)));
            Assert.Equal("", fromTopics.Output + fromFolder.Output);
            var (steps, runs) = Read(fromTopics.Binary);
            var (folderSteps, folderRuns) = Read(fromFolder.Binary);
            Assert.Equal(folderSteps.Order(), steps.Order());
            Assert.Equal(folderRuns, runs);
            if (table == Tables.Curves)
                Assert.Equal([0L, 4, 64], steps.Distinct().Order());
        }

        // Filters hold for it as for rows; a stream without rows is whole.
        Assert.Equal(0, await Tail("--arrow", "--category", "no such"));
        Assert.Empty(Read(_program.Binary).Steps);
    }

    [Fact]
    public async Task What_is_not_committed_is_not_shown()
    {
        await PublishedAsync(0);
        var client = _log.Connect();
        using var producer = client.OpenTransactional("other");
        await producer.InitialiseAsync(_watchdog.Token);
        producer.Begin();
        await producer.SendAsync(new(Topics.Of(Tables.Curves), "sample/0", new byte[3], []), _watchdog.Token);
        await producer.AbortAsync(_watchdog.Token);
        Assert.Equal(0, await Tail("--last", "0"));
        Assert.Equal("", _program.Error);
    }

    [Fact]
    public async Task Messages_that_are_none_are_told_with_their_place_and_the_others_shown()
    {
        await PublishedAsync(0, 4);
        using var producer = _log.Connect().OpenTransactional("other");
        await producer.InitialiseAsync(_watchdog.Token);
        producer.Begin();
        await producer.SendAsync(new(Topics.Of(Tables.Health), "sample/0", "{}"u8.ToArray(), [new("content-type", "application/json")]), _watchdog.Token);
        await producer.SendAsync(new(Topics.Of(Tables.Health), "other/0", "{}"u8.ToArray(), [new("content-type", "application/json"), new("run", "other")]), _watchdog.Token);
        await producer.CommitAsync(_watchdog.Token);
        Assert.Equal(3, await Tail("--table", "health", "--last", "0"));
        Assert.Equal(5, Lines().Length);
        var told = _program.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, told.Length);
        Assert.All(told, line => Assert.Matches(@"passed over emergence\.health\[\d\]@\d+ \(header content-type\): it says application/json", line));
        // Another run's messages are not looked at when one run is asked for.
        using var one = new ProgramHarness();
        await one.RunAsync(TailCommand.Create(one.Host, _ => _log.Connect()), "tail", "--kafka", "model:1", "--table", "health", "--run", "sample");
        Assert.Single(one.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task What_was_published_again_is_shown_once_unless_it_is_asked_for()
    {
        var folder = await PublishedAsync(0, 4, 64);
        Assert.Equal(0, await Tail("--last", "0"));
        var once = _program.Output;
        await PublishAsync(_log.Connect(), folder, new KafkaSettings { Servers = "model:1" }, again: true);
        foreach (var table in new[] { Tables.Curves, Tables.Health })
        {
            using var first = new ProgramHarness();
            Assert.Equal(0, await first.RunAsync(TailCommand.Create(first.Host), "tail", folder, "--last", "0", "--table", TableSchema.NameOf(table)));
            using var left = new ProgramHarness();
            Assert.Equal(0, await left.RunAsync(TailCommand.Create(left.Host, _ => _log.Connect()), "tail", "--kafka", "model:1", "--run", "sample", "--last", "0", "--table", TableSchema.NameOf(table)));
            // Layers may be in several partitions, which come in any order.
            Assert.Equal(first.Output.Split('\n').Order(), left.Output.Split('\n').Order());
            Assert.Matches($@"^emergence: run sample is in emergence\.{TableSchema.NameOf(table)} more than once \(published again\): .* --repeated shows them\n$", left.Error.ReplaceLineEndings("\n"));
        }

        using var all = new ProgramHarness();
        Assert.Equal(0, await all.RunAsync(TailCommand.Create(all.Host, _ => _log.Connect()), "tail", "--kafka", "model:1", "--last", "0", "--repeated"));
        Assert.Equal((2 * once.Split('\n').Length) - 2, all.Output.Split('\n').Length);
        Assert.Equal("", all.Error);
        Assert.Equal(2, await _program.RunAsync(TailCommand.Create(_program.Host), "tail", folder, "--repeated"));
    }

    [Fact]
    public async Task A_step_that_is_there_again_with_other_rows_is_shown_again_and_told()
    {
        await PublishedAsync(0, 4);
        var other = Path.Combine(_program.Folder, "other");
        using (var store = CommittedRun.Open(other))
        {
            var rows = SampleRun.Result(0);
            store.Commit(rows with { Health = [.. rows.Health.Select(row => row with { Fvu = row.Layer == 1 ? 0.75 : row.Fvu })] }, new CommitDetails("other", 5, new Dictionary<string, double>(), new Dictionary<string, long>()), new Dictionary<string, Action<string>>());
        }

        await PublishAsync(_log.Connect(), other, new KafkaSettings { Servers = "model:1" }, again: true);
        Assert.Equal(0, await Tail("--table", "health", "--last", "0", "--json", "--layer", "1"));
        Assert.Equal([(0, 0.25), (4, 0.25), (0, 0.75)], Lines().Select(line => JsonDocument.Parse(line).RootElement).Select(row => (row.GetProperty("step").GetInt32(), row.GetProperty("fvu").GetDouble())));
        Assert.Contains("step 0, layer 1 of run sample is there again with other rows (commit 1, before it commit 1)", _program.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Following_goes_on_by_offsets_whatever_clocks_say()
    {
        // The producer's clock is far behind: what it publishes while the topics are read to their end is not lost.
        var folder = CommittedRun.In(Path.Combine(_program.Folder, "run"), 0);
        var late = new ModelLog(new LateClock());
        late.Create([.. TableSchema.Each.Select(Topics.Of), Topics.Commits, Topics.Live]);
        await PublishAsync(late.Connect(), folder, new KafkaSettings { Servers = "model:1" });
        var places = new List<MessagePlace>();
        await foreach (var message in late.Connect().ReadToEndAsync(Topics.Of(Tables.Health), _watchdog.Token))
            places.Add(message.Place);
        var read = new List<TailPiece>();
        var query = new TailQuery(Tables.Health, null, 0, 1, Follow: true, new RowFilter(null, null, null), Repeated: false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_watchdog.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var piece in new KafkaTail(late.Connect(), Topics).ReadAsync(query, new NoNotes(), stop.Token))
            {
                read.Add(piece);
                if (read.Count == places.Count)
                {
                    using (var store = CommittedRun.Open(folder))
                        store.Commit(SampleRun.Result(4), new CommitDetails("hash4", 5, new Dictionary<string, double>(), new Dictionary<string, long>()), new Dictionary<string, Action<string>>());
                    await PublishAsync(late.Connect(), folder, new KafkaSettings { Servers = "model:1" });
                }
                else if (read.Count == 2 * places.Count)
                {
                    await stop.CancelAsync();
                }
            }
        });
        Assert.False(_watchdog.IsCancellationRequested);
        Assert.Equal(Enumerable.Repeat(0L, places.Count).Concat(Enumerable.Repeat(4L, places.Count)), read.Select(piece => piece.Rows.Step));
    }

    [Fact]
    public async Task Two_places_and_none_are_wrong_usage()
    {
        Assert.Equal(2, await Tail(_program.Folder));
        Assert.Contains("two places", _program.Error);
        Assert.Equal(2, await _program.RunAsync(TailCommand.Create(_program.Host), "tail"));
        Assert.Contains("name a run folder, or --kafka", _program.Error);
        Assert.Equal(2, await Tail("--arrow", "--json", "--from-step", "-1"));
        Assert.Contains("--arrow", _program.Error);
        Assert.Contains("--from-step", _program.Error);
    }

    [Fact]
    public async Task A_folder_that_is_named_is_read_also_where_the_environment_names_brokers()
    {
        var folder = await PublishedAsync(0);
        _program.Environment["EMERGENCE_KAFKA"] = "nowhere:1";
        Assert.Equal(0, await _program.RunAsync(TailCommand.Create(_program.Host), "tail", folder));
    }

    [Fact]
    public async Task From_real_messages_of_the_real_client_large_tables_are_put_together_from_their_parts()
    {
        const int messageBytes = 14_000;
        using var cluster = MockCluster.Start();
        foreach (var topic in TableSchema.Each.Select(Topics.Of).Append(Topics.Commits).Append(Topics.Live))
            cluster.Topic(topic, partitions: 2);
        var folder = Path.Combine(_program.Folder, "run");
        using (var store = CommittedRun.Open(folder))
        {
            foreach (var step in new[] { 0L, 64 })
            {
                var rows = SampleRun.Result(step);
                var many = rows with { Curves = [.. from layer in new[] { 0, 1 } from i in Enumerable.Range(0, 200) select rows.Curves[0] with { Layer = layer, Category = $"category {i}" }] };
                store.Commit(many, new CommitDetails($"hash{step}", 5, new Dictionary<string, double>(), new Dictionary<string, long>()), new Dictionary<string, Action<string>>());
            }
        }

        var settings = new KafkaSettings { Servers = cluster.Servers, MessageBytes = messageBytes };
        using var client = KafkaClients.Connect(settings);
        await PublishAsync(client, folder, settings);
        var parts = 0;
        await foreach (var message in client.ReadToEndAsync(Topics.Of(Tables.Curves), _watchdog.Token))
        {
            Assert.InRange(message.Value!.Length, 1, messageBytes);
            parts = Math.Max(parts, int.Parse(message.Header("parts")!));
        }

        Assert.True(parts > 2);
        Assert.Equal(0, await _program.RunAsync(TailCommand.Create(_program.Host), "tail", "--kafka", cluster.Servers, "--run", "sample", "--last", "2"));
        using var other = new ProgramHarness();
        Assert.Equal(0, await other.RunAsync(TailCommand.Create(other.Host), "tail", folder, "--last", "2"));
        Assert.Equal(other.Output, _program.Output);
        Assert.Equal("", _program.Error);
    }

    private static (List<long> Steps, List<string> Runs) Read(MemoryStream bytes)
    {
        using var reader = new ArrowStreamReader(new MemoryStream(bytes.ToArray()));
        var steps = new List<long>();
        var runs = new List<string>();
        while (reader.ReadNextRecordBatch() is { } batch)
        {
            var schema = batch.Schema;
            var index = schema.FieldsList.Select((field, i) => (field.Name, i)).ToDictionary(field => field.Name, field => field.i);
            Assert.DoesNotContain("model", schema.Metadata!.Keys);
            steps.AddRange(((Int64Array)batch.Column(index["step"])).Values.ToArray());
            runs.AddRange(Enumerable.Range(0, batch.Length).Select(row => ((StringArray)batch.Column(index["run"])).GetString(row)!).Distinct());
        }

        return (steps, [.. runs.Distinct()]);
    }

    private async Task<string> PublishedAsync(params long[] steps)
    {
        var folder = CommittedRun.In(Path.Combine(_program.Folder, "run"), steps);
        await PublishAsync(_log.Connect(), folder, new KafkaSettings { Servers = "model:1" });
        return folder;
    }

    private sealed class LateClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }

    private sealed class NoNotes : ITailNotes
    {
        public void Refused(string what) => throw new InvalidOperationException(what);

        public void Told(string what) => throw new InvalidOperationException(what);
    }

    private async Task PublishAsync(IKafkaClient client, string folder, KafkaSettings settings, bool again = false)
    {
        using var publisher = new RunPublisher(client, RunFolderReader.Open(folder), PublishOptions.For(settings, "emergence test") with { Again = again }, TimeProvider.System);
        await publisher.PublishPendingAsync(_watchdog.Token);
    }

    private string[] Lines() => _program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<int> Tail(params string[] more) => _program.RunAsync(TailCommand.Create(_program.Host, _ => _log.Connect()), ["tail", "--kafka", "model:1", .. more]);
}
