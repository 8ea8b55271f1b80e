using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Stages.Curves;

namespace Emergence.Examples.Tests.Kafka;

/// <summary>Publishes curves of made-up steps as the product does: one transaction per step, each message a complete Arrow stream.</summary>
internal sealed class PublishedCurves : IDisposable
{
    private const string Topic = "emergence.curves";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly IProducer<string, byte[]> _producer;
    private readonly string _run;

    private PublishedCurves(string run, ProducerConfig config)
    {
        _run = run;
        KafkaClientLibrary.UseMachineLibrary();
        config.TransactionalId = $"emergence.{run}";
        _producer = new ProducerBuilder<string, byte[]>(config).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        var broker = admin.GetMetadata(_patience).Brokers[0];
        Servers = $"{broker.Host}:{broker.Port}";
        _producer.InitTransactions(_patience);
    }

    /// <summary>Where consumers find the broker.</summary>
    public string Servers { get; }

    /// <summary>Rows of the steps that were committed, in order.</summary>
    public List<(long Step, CurveRow Row)> Committed { get; } = [];

    /// <summary>Publishes to a broker.</summary>
    /// <param name="servers">The broker.</param>
    /// <param name="run">Name of the run.</param>
    public static PublishedCurves To(string servers, string run = "demo") => new(run, new ProducerConfig { BootstrapServers = servers });

    /// <summary>Publishes to librdkafka's mock cluster, which lives as long as this.</summary>
    public static PublishedCurves ToMockCluster()
    {
        var config = new ProducerConfig { BootstrapServers = "127.0.0.1:1" };
        config.Set("test.mock.num.brokers", "1");
        return new PublishedCurves("demo", config);
    }

    /// <summary>Publishes a step in one transaction.</summary>
    /// <param name="step">Training step.</param>
    /// <param name="commit">Whether to commit it at the end, or to abort it.</param>
    /// <param name="parts">Messages of each layer.</param>
    /// <param name="firstPart">The first of them that is there: retention removes a topic's beginning without regard to what belongs together.</param>
    public void Publish(long step, bool commit = true, int parts = 1, int firstPart = 1)
    {
        _producer.BeginTransaction();
        foreach (var layer in Enumerable.Range(0, 2))
        {
            var rows = Rows(step, layer);
            for (var part = firstPart - 1; part < parts; part++)
            {
                var own = rows.Skip(part * rows.Count / parts).Take(rows.Count / parts).ToList();
                _producer.Produce(Topic, new Message<string, byte[]> { Key = $"{_run}/{layer}", Value = Stream(step, own), Headers = Headers(step, layer, part + 1, parts) });
            }

            if (commit && firstPart == 1)
                Committed.AddRange(rows.Select(row => (step, row)));
        }

        _producer.Flush(_patience);
        if (commit)
            _producer.CommitTransaction(_patience);
        else
            _producer.AbortTransaction(_patience);
    }

    /// <summary>The rows of a step and layer.</summary>
    public static IReadOnlyList<CurveRow> Rows(long step, int layer) => [.. Enumerable.Range(0, 6).Select(i => Row(step, layer, i))];

    public void Dispose() => _producer.Dispose();

    private static CurveRow Row(long step, int layer, int i)
    {
        // No value lies half-way between two that are printed: languages round those differently.
        var f1 = 1 / (1.1 + layer + i + step);
        return new CurveRow(layer, i < 3 ? "pos" : "genre", $"category é {i}", new(i, i, i, 0), new(0.5, 0.25, double.NaN, 0), new(f1, f1 / 2, 1, 0.01), i - 1, 0.02, i % 2 == 0, i == 4 ? step : null);
    }

    private byte[] Stream(long step, IReadOnlyList<CurveRow> rows)
    {
        using var stream = new MemoryStream();
        ArrowTables.WriteStream(stream, Tables.Curves, new RunIdentity(_run, "tiny", 1234, "1", "tests"), new CheckpointResult(step, step * 1000, rows, [], [], [], []));
        return stream.ToArray();
    }

    private Headers Headers(long step, int layer, int part, int parts)
    {
        var headers = new Headers { { "content-type", Encoding.UTF8.GetBytes("application/vnd.apache.arrow.stream") } };
        headers.Add("emergence-table", Encoding.UTF8.GetBytes("curves"));
        headers.Add("emergence-schema-version", Encoding.UTF8.GetBytes(TableSchema.Version));
        headers.Add("run", Encoding.UTF8.GetBytes(_run));
        foreach (var (name, value) in new[] { ("step", step), ("layer", layer), ("part", part), ("parts", parts), ("sequence", step) })
            headers.Add(name, Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
        return headers;
    }
}
