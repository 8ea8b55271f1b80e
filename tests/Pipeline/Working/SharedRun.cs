using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.TestKit.Kafka;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>A run over the tiny model that is shared among workers, all in this process, through the model of a log.</summary>
internal sealed class SharedRun : IDisposable
{
    public const string Group = "workers";
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    public SharedRun(TinyRun tiny, string name = "shared", Func<WatchSettings, WatchSettings>? with = null)
    {
        var settings = StreamRun.Settings(tiny, name) with { Follow = true };
        Tiny = tiny;
        Settings = with?.Invoke(settings) ?? settings;
        Log.Create([Kafka.Topics.Checkpoints, Kafka.Topics.Commits, Kafka.Topics.State, .. TableSchema.Each.Select(Kafka.Topics.Of)]);
    }

    public TinyRun Tiny { get; }

    public WatchSettings Settings { get; }

    public KafkaSettings Kafka { get; } = new() { Servers = "model:9092" };

    public ModelLog Log { get; } = new(TimeProvider.System);

    public WorkerState State { get; init; }

    public List<WorkerEvent> Worked { get; } = [];

    /// <summary>Called for each of them.</summary>
    public Action<WorkerEvent>? WhenWorked { get; set; }

    public string Root => Path.GetDirectoryName(Tiny.Run())!;

    /// <summary>Announces until the settings' last step is assembled.</summary>
    public async Task<List<WatchEvent>> AnnounceAsync(string groups = "2", Action<WatchEvent>? then = null, CancellationToken drain = default, CancellationToken abort = default)
    {
        Assert.True(LayerGroupPlan.TryParse(groups, out var plan));
        Assert.Empty(Settings.Problems());
        var told = new Recorder(then);
        using var client = Log.Connect("announcer");
        await new AnnounceRun(Settings, plan, client, Kafka.Topics, told, TimeProvider.System).RunAsync(drain, abort).WaitAsync(Watchdog);
        return told.Events;
    }

    /// <summary>Works until told to stop.</summary>
    public async Task WorkAsync(string process, CancellationToken drain, CancellationToken abort = default)
    {
        using var client = Log.Connect(process);
        await new WorkerRun(
            new WorkerSettings { Group = Group, Root = Root, Device = "cpu", Threads = 1, State = State },
            client,
            Kafka,
            told =>
            {
                lock (Worked)
                {
                    Worked.Add(told);
                    WhenWorked?.Invoke(told);
                }
            },
            TimeProvider.System).RunAsync(drain, abort).WaitAsync(Watchdog);
    }

    /// <summary>Announces and works at the same time, until all is assembled.</summary>
    public async Task<List<WatchEvent>> RunAsync(int workers = 1, string groups = "2")
    {
        using var stop = new CancellationTokenSource();
        Task[] working = [.. Enumerable.Range(0, workers).Select(i => WorkAsync($"worker {i}", stop.Token))];
        var announced = AnnounceAsync(groups);
        await Task.WhenAny([announced, .. working]);
        if (!announced.IsCompleted)
        {
            await Task.WhenAny(working).Unwrap();
        }

        await stop.CancelAsync();
        await Task.WhenAll(working);
        return await announced;
    }

    public void Dispose()
    {
        // The folder is the tiny run's.
    }

    private sealed class Recorder(Action<WatchEvent>? then) : IWatchObserver
    {
        public List<WatchEvent> Events { get; } = [];

        public void On(WatchEvent watchEvent)
        {
            Events.Add(watchEvent);
            then?.Invoke(watchEvent);
        }
    }
}
