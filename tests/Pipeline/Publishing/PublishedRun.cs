using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.Kafka.Records;
using Emergence.Sinks.Kafka.Topics;
using Emergence.TestKit.Kafka;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests.Publishing;

/// <summary>A run over the tiny model that is published to the model of a log.</summary>
internal sealed class PublishedRun
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    public PublishedRun(bool topics = true)
    {
        if (topics)
        {
            Log.Create([Kafka.Topics.Live, Kafka.Topics.Commits, .. TableSchema.Each.Select(Kafka.Topics.Of)]);
        }
    }

    public KafkaSettings Kafka { get; } = new() { Servers = "model:9092" };

    public ModelLog Log { get; } = new(TimeProvider.System);

    public IReadOnlyList<CommitNotice> Notices => [.. Log.Committed(Kafka.Topics.Commits).Select(m => CommitNotice.Read(m.Value)!)];

    /// <summary>Runs over the checkpoints that are there.</summary>
    public async Task<List<WatchEvent>> RunAsync(TinyRun tiny, double wait = 60, Action<WatchEvent>? then = null)
    {
        var settings = StreamRun.Settings(tiny) with { Kafka = new KafkaOutlet(Kafka, TopicOptions.None) { WaitSeconds = wait } };
        Assert.Empty(settings.Problems());
        var told = new List<WatchEvent>();
        var run = new WatchRun(settings, new Teller(told, then), TimeProvider.System, new RunStream(settings, TimeProvider.System), _ => Log.Connect("watch"));
        await run.RunAsync(default, default).WaitAsync(Watchdog);
        return told;
    }

    /// <summary>Publishes a run folder.</summary>
    public async Task<(Pipeline.Publishing.PublishRunResult Result, List<PublishEvent> Told)> PublishAsync(
        string run, Func<PublishRunSettings, PublishRunSettings>? with = null, TimeProvider? time = null, Func<ModelCall, ModelFault?>? faults = null, CancellationToken drain = default)
    {
        var settings = new PublishRunSettings { Run = run, Kafka = Kafka };
        settings = with?.Invoke(settings) ?? settings;
        Assert.Empty(settings.Problems());
        var told = new List<PublishEvent>();
        var result = await new PublishRun(settings, told.Add, time ?? TimeProvider.System, _ => Log.Connect("publish", faults)).RunAsync(drain, default).WaitAsync(Watchdog);
        return (result, told);
    }

    private sealed class Teller(List<WatchEvent> told, Action<WatchEvent>? then) : IWatchObserver
    {
        public void On(WatchEvent watchEvent)
        {
            told.Add(watchEvent);
            then?.Invoke(watchEvent);
        }
    }
}
