using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Emergence.Benchmarks.Arrow;
using Emergence.Benchmarks.Sae;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.Kafka.Topics;
using Emergence.Sinks.RunFolder;
using Emergence.TestKit.Kafka;

namespace Emergence.Benchmarks.Kafka;

/// <summary>
/// Rows and bytes per second of publishing checkpoints, through the client alone and all the way from a run folder, against librdkafka's own
/// ceiling in the same run with the same messages. Rounds go over all contestants in turn, so that other load meets all of them; medians are printed.
/// </summary>
internal static class KafkaBenchmark
{
    private const string Prefix = "emergence-benchmark";

    /// <summary>Measures and prints.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        if (KafkaBenchmarkOptions.Read(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(KafkaBenchmarkOptions.Usage);
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("emergence-kafka-");
        using var mock = options.Servers is null ? MockCluster.Start() : null;
        try
        {
            var settings = new KafkaSettings { Servers = options.Servers ?? mock!.Servers, Topics = new(Prefix) };
            using var client = KafkaClients.Connect(settings);
            await PrepareAsync(client, mock, settings);
            await MeasureAsync(client, settings, options, folder.FullName, mock is not null, output);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task PrepareAsync(IKafkaClient client, MockCluster? mock, KafkaSettings settings)
    {
        var topics = new TopicOptions(true, 4, 1);
        if (mock is null)
        {
            await TopicInspection.EnsureAsync(client, settings, topics, CancellationToken.None, TopicPlans.Publishing(settings, topics));
            return;
        }

        foreach (var plan in TopicPlans.Publishing(settings, topics))
            mock.Topic(plan.Name, plan.Partitions);
    }

    private static async Task MeasureAsync(IKafkaClient client, KafkaSettings settings, KafkaBenchmarkOptions options, string folder, bool mock, TextWriter output)
    {
        var rows = Commit(folder, options);
        var run = RunFolderReader.Open(folder);
        var messages = await MessagesAsync(run, settings);
        var raw = RawProducer.Prepare(messages.SelectMany(commit => commit));
        var bytes = raw.Sum(message => (long)message.Value.Length);

        using var ceiling = new RawProducer(settings.Servers, TopicPlans.BatchBytes(settings), idempotent: false);
        using var idempotent = new RawProducer(settings.Servers, TopicPlans.BatchBytes(settings), idempotent: true);
        using var producer = client.OpenTransactional($"{Prefix}.client");
        await producer.InitialiseAsync(CancellationToken.None);
        (string Name, Func<Task> Run)[] contestants =
        [
            ("librdkafka, nothing else", () => Task.Run(() => ceiling.Send(raw))),
            ("the same, idempotent", () => Task.Run(() => idempotent.Send(raw))),
            ("client, one transaction", () => SendAsync(producer, [[.. messages.SelectMany(commit => commit)]])),
            ("client, a transaction each", () => SendAsync(producer, messages)),
            ("run folder, sent nowhere", () => PublishAsync(new ListeningClient(keep: false), run, settings)),
            ("run folder to topics", () => PublishAsync(client, run, settings)),
        ];

        output.WriteLine($"{Machine.Describe()}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Checkpoints} checkpoints of {options.Layers} layers × {options.Features} features × {options.Categories} categories: {rows:N0} rows, {raw.Count} messages, {bytes / 1e6:0.0} MB; median of {options.Rounds} rounds"));
        output.WriteLine(mock
            ? "brokers: librdkafka's mock cluster in this process, which shares its cores, keeps 5 MiB of a partition and drops the rest: a measure of this side only"
            : $"brokers: {settings.Servers}");
        var seconds = contestants.Select(_ => new List<double>()).ToArray();
        for (var round = -1; round < options.Rounds; round++)
        {
            for (var i = 0; i < contestants.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await contestants[i].Run();
                // The first round meets the topics and loads code.
                if (round >= 0)
                    seconds[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        var best = Median.Of(seconds[0]);
        for (var i = 0; i < contestants.Length; i++)
        {
            var median = Median.Of(seconds[i]);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {contestants[i].Name,-28}{rows / median,12:N0} rows/s {bytes / median / 1e6,8:0} MB/s   {best / median,5:0.00} of the ceiling"));
        }
    }

    private static long Commit(string folder, KafkaBenchmarkOptions options)
    {
        using var store = RunFolderStore.Open(folder, new RunDescription(new RunIdentity("benchmark", "synthetic", 1_000_000, "1", "emergence benchmark"), new JsonObject()), TimeProvider.System);
        var rows = 0L;
        for (var i = 0; i < options.Checkpoints; i++)
        {
            var result = LargeCheckpoint.Make(options.Layers, options.Features, options.Categories, new Random(i)) with { Step = i };
            rows += result.Curves.Count + result.Features.Count + result.Firings.Count + result.Health.Count + result.Events.Count;
            store.Commit(result, new CommitDetails($"{i}", 1, new Dictionary<string, double>(), new Dictionary<string, long>()), new Dictionary<string, Action<string>>());
        }

        return rows;
    }

    // What the publisher sends, taken from it: a client that only listens stands in for the brokers.
    private static async Task<IReadOnlyList<IReadOnlyList<KafkaMessage>>> MessagesAsync(RunFolderReader run, KafkaSettings settings)
    {
        var listener = new ListeningClient(keep: true);
        using var publisher = new RunPublisher(listener, run, PublishOptions.For(settings, "emergence benchmark"), TimeProvider.System);
        await publisher.PublishPendingAsync(CancellationToken.None);
        return listener.Transactions;
    }

    private static async Task SendAsync(ITransactionalProducer producer, IReadOnlyList<IReadOnlyList<KafkaMessage>> transactions)
    {
        foreach (var transaction in transactions)
        {
            producer.Begin();
            foreach (var message in transaction)
                await producer.SendAsync(message, CancellationToken.None);
            await producer.CommitAsync(CancellationToken.None);
        }
    }

    private static async Task PublishAsync(IKafkaClient client, RunFolderReader run, KafkaSettings settings)
    {
        using var publisher = new RunPublisher(client, run, PublishOptions.For(settings, "emergence benchmark") with { Again = true }, TimeProvider.System);
        await publisher.PublishPendingAsync(CancellationToken.None);
    }
}
