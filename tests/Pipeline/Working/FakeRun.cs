using System.Collections.Concurrent;
using System.Diagnostics;
using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.TestKit;
using Emergence.TestKit.Kafka;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>An announced run whose workers measure nothing, over the model of a log, with a clock that only moves when everything waits.</summary>
internal sealed class FakeRun : IDisposable
{
    public const string Group = "workers";
    private static readonly TimeSpan s_watchdog = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(100);
    private readonly TemporaryFolder _folder = new();
    private static int s_alwaysBusy = int.MaxValue;

    public FakeRun(int steps, int groups = 2)
    {
        // Whatever the test's thread begins goes on elsewhere: the thread itself only moves the clock.
        SynchronizationContext.SetSynchronizationContext(null);
        Steps = [.. Enumerable.Range(1, steps).Select(s => (long)s)];
        Groups = [.. Enumerable.Range(0, groups).Select(g => LayerGroup.Of([2 * g, (2 * g) + 1]))];
        Log = new ModelLog(Clock);
        Log.Create([Kafka.Topics.Checkpoints, Kafka.Topics.Commits, Kafka.Topics.State, .. TableSchema.Each.Select(Kafka.Topics.Of)]);
        Directory.CreateDirectory(_folder["run"]);
        Settings = new WatchSettings { Checkpoints = _folder["checkpoints"], Probe = _folder["probe.jsonl"], Text = _folder["text.txt"], Run = _folder["run"], Features = 64, K = 4 };
    }

    public long[] Steps { get; }

    public IReadOnlyList<LayerGroup> Groups { get; }

    public ManualClock Clock { get; } = new();

    public ModelLog Log { get; }

    public KafkaSettings Kafka { get; } = new() { Servers = "model:9092", MessageBytes = 8192 };

    public WatchSettings Settings { get; }

    public string Root => _folder.Path;

    /// <summary>What workers told.</summary>
    public ConcurrentQueue<WorkerEvent> Told { get; } = [];

    public AnnouncementJournal Journal() => AnnouncementJournal.Open(Settings.Run, Groups, Clock);

    /// <summary>Announces every step, as often as it is called, with what goes wrong.</summary>
    public async Task AnnounceAsync(ModelClient client, int upTo = int.MaxValue, Func<Announcement, Announcement>? with = null)
    {
        var journal = Journal();
        using var announcer = new Announcer(client, Kafka.Topics, Settings.RunName, journal, _ => { }, Clock, () => 0.5);
        await announcer.OpenAsync(CancellationToken.None);
        foreach (var step in Steps.Take(upTo).Skip(journal.Entries.Count))
        {
            await announcer.AnnounceAsync([.. Groups.Select(group => (with ?? (a => a))(Announcement(journal, group, step)))], CancellationToken.None);
        }
    }

    public Announcement Announcement(AnnouncementJournal journal, LayerGroup group, long step)
    {
        var checkpoint = AnnouncedCheckpoint.Of(
            new ArrivedCheckpoint(step, Path.Combine("checkpoints", $"step{step}"), Clock.GetUtcNow(), null), new string('a', 64));
        return new Announcement
        {
            Run = Settings.RunName,
            Group = group.Name,
            Number = step,
            Layers = group.Layers,
            First = group == Groups[0],
            Began = journal.Began,
            Folder = "run",
            Settings = AnnouncedSettings.Of(Settings) with { Probe = "probe.jsonl", Text = ["text.txt"] },
            Kind = checkpoint.Kind,
            Step = step,
            Path = checkpoint.Path,
            Hash = checkpoint.Hash,
            ArrivedAt = checkpoint.ArrivedAt,
        };
    }

    /// <summary>Is a worker until told to leave, or until the process dies.</summary>
    public async Task WorkAsync(IKafkaClient client, CancellationToken leave, Func<string, CancellationToken, Task>? reach = null, string? disk = null, IGroupOpener? opener = null, string? placedAt = null)
    {
        var root = new WorkRoot(placedAt ?? (disk is null ? Root : Disk(disk)));
        var state = disk is null ? WorkerState.Disk : WorkerState.Kafka;
        await using var member = new WorkerMember(
            client, Kafka, Group, "emergence 0.1.0", new AnnouncementReader(root, "cpu", 1), opener ?? new FakeWork.Opener(Clock, reach ?? ((_, _) => Task.CompletedTask)), Told.Enqueue, Clock, () => 0.5)
        {
            State = state,
            Place = placedAt is null ? null : new WorkPlace(root, state),
        };
        await client.JoinAsync(Group, Kafka.Topics.Checkpoints, member, leave);
    }

    /// <summary>Is a worker until told to finish what is in work and leave.</summary>
    public async Task WorkUntilDrainedAsync(IKafkaClient client, Func<string, CancellationToken, Task>? reach, CancellationToken drain, CancellationToken abort = default)
    {
        var leaving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await LeaveDeadline.KeepAsync(WorkAsync(client, reach, leaving, drain, abort), leaving.Task, Clock);
    }

    private async Task WorkAsync(IKafkaClient client, Func<string, CancellationToken, Task>? reach, TaskCompletionSource leaving, CancellationToken drain, CancellationToken abort)
    {
        await using var member = new WorkerMember(
            client, Kafka, Group, "emergence 0.1.0", new AnnouncementReader(new WorkRoot(Root), "cpu", 1), new FakeWork.Opener(Clock, reach ?? ((_, _) => Task.CompletedTask)), Told.Enqueue, Clock, () => 0.5);
        using var membership = new WorkerMembership(client, Kafka.Topics.Checkpoints, Group, member, Told.Enqueue);
        await using var onLeaving = membership.Left.Register(leaving.SetResult);
        await membership.RunAsync(drain, abort);
    }

    /// <summary>A disk of a worker's own.</summary>
    public string Disk(string name) => Directory.CreateDirectory(_folder[name]).FullName;

    /// <summary>Makes what announcements name, so that a worker with a place of its own finds it.</summary>
    public void MakeFiles()
    {
        Directory.CreateDirectory(Settings.Checkpoints);
        File.WriteAllText(Settings.Probe, "");
        File.WriteAllText(Settings.Text, "");
    }

    /// <summary>Whether every announced message is dealt with.</summary>
    public bool IsDone() => Log.Committed(Kafka.Topics.Checkpoints).GroupBy(m => m.Place.Partition).All(p => Log.Offset(Group, Kafka.Topics.Checkpoints, p.Key) > p.Max(m => m.Place.Offset));

    /// <summary>What is in the topics: by topic and key, step and bytes of each message, in order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Published() => TableSchema.Each.Select(Kafka.Topics.Of).Append(Kafka.Topics.Commits)
        .SelectMany(topic => Log.Committed(topic).Select(m => (Key: $"{topic} {m.Key}", Text: $"{m.Header("step")}.{m.Header("part")} {(topic == Kafka.Topics.Commits ? "" : Convert.ToBase64String(m.Value!))}")))
        .GroupBy(m => m.Key)
        .ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(m => m.Text)]);

    /// <summary>Lets a task run to its end; the clock goes on whenever everything waits for it.</summary>
    public void Wait(Task task)
    {
        var start = Stopwatch.GetTimestamp();
        var moved = start;
        while (!task.IsCompleted)
        {
            // What other threads do takes no time of the clock: it moves when none of them has anything to do.
            if (!IsQuiet() && Stopwatch.GetElapsedTime(moved) < s_turn)
            {
                Thread.Yield();
                continue;
            }

            Clock.AdvanceToNext();
            moved = Stopwatch.GetTimestamp();
            Assert.True(Stopwatch.GetElapsedTime(start) < s_watchdog, $"it waits for something that never comes; members: {string.Join(", ", Log.MembersOf(Group))}; offsets {string.Join(", ", Enumerable.Range(0, 3).Select(p => Log.Offset(Group, Kafka.Topics.Checkpoints, p)))}; told: {string.Join(" | ", Told.TakeLast(12))}");
        }

        task.GetAwaiter().GetResult();
    }

    public void Dispose() => _folder.Dispose();

    private static int Busy()
    {
        ThreadPool.GetMaxThreads(out var all, out _);
        ThreadPool.GetAvailableThreads(out var idle, out _);
        return all - idle;
    }

    private bool IsQuiet()
    {
        // Seen twice: what one thread has just handed over another may not have taken yet.
        for (var look = 0; look < 2; look++)
        {
            // Some threads may belong to whoever runs the tests for good.
            var busy = Busy();
            s_alwaysBusy = Math.Min(s_alwaysBusy, busy);
            if (busy > s_alwaysBusy || ThreadPool.PendingWorkItemCount > 0)
            {
                return false;
            }

            Thread.Yield();
        }

        return true;
    }
}
