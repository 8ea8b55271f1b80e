using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.RunFolder;
using Emergence.TestKit;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>A run folder, a model log with the topics, and a clock that only moves when what is tested waits for it.</summary>
internal sealed class OutboxSetup : IDisposable
{
    private readonly Emergence.TestKit.TemporaryFolder _folder = new();

    public OutboxSetup(int partitions = 3)
    {
        Log = new ModelLog(Clock, partitions);
        Log.Create([Topics.Commits, .. Emergence.Sinks.Arrow.TableSchema.Each.Select(Topics.Of)]);
    }

    public static KafkaTopics Topics { get; } = new("emergence");

    public ManualClock Clock { get; } = new();

    public ModelLog Log { get; }

    public string Run => _folder["run"];

    public List<PublishEvent> Told { get; } = [];

    public void Dispose() => _folder.Dispose();

    /// <summary>Opens the run folder for writing.</summary>
    public RunFolderStore Open() => SampleRun.Open(Run);

    /// <summary>Commits steps.</summary>
    public void Commit(params IEnumerable<long> steps)
    {
        using var store = Open();
        foreach (var step in steps)
        {
            SmallRun.Commit(store, step);
        }
    }

    public RunPublisher Publisher(IKafkaClient client, Func<PublishOptions, PublishOptions>? with = null)
    {
        var options = new PublishOptions { Topics = Topics, Producer = "emergence 0.1.0" };
        return new RunPublisher(client, RunFolderReader.Open(Run), with?.Invoke(options) ?? options, Clock, Told.Add, () => 0.5);
    }

    /// <summary>Publishes everything with a publisher of its own.</summary>
    public void Publish(IKafkaClient client, Func<PublishOptions, PublishOptions>? with = null)
    {
        using var publisher = Publisher(client, with);
        Wait(publisher.PublishPendingAsync(CancellationToken.None));
    }

    /// <summary>Lets a task run to its end; the clock goes on whenever it waits for it.</summary>
    public void Wait(Task task) => Clock.RunToEnd(task);

    /// <summary>Checks that the topics hold what the folder does, each commit once.</summary>
    public void Check() => Assert.Null(Reference.Fault(Log, Topics, Run));
}
