using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests;

/// <summary>Runs over the tiny model, and what they told.</summary>
internal static class StreamRun
{
    public static WatchSettings Settings(TinyRun tiny, string run = "run") => new()
    {
        Checkpoints = tiny.Checkpoints,
        Probe = tiny.Texts.ProbePath,
        Text = tiny.Texts.TrainingPath,
        Run = tiny.Run(run),
        Follow = false,
        Context = TinyModel.Context,
        BatchRows = 8,
        Features = 64,
        K = 4,
        Budget = 2048,
        Threads = 1,
    };

    /// <summary>Runs over the folder.</summary>
    public static Task<List<WatchEvent>> RunAsync(WatchSettings settings, Action<WatchEvent>? onEvent = null, CancellationToken drain = default, CancellationToken abort = default) =>
        RunAsync(settings, new RunStream(settings, TimeProvider.System), onEvent, drain, abort);

    /// <summary>Runs over what a script says.</summary>
    public static Task<List<WatchEvent>> RunAsync(WatchSettings settings, Func<IReadOnlySet<long>, IEnumerable<CheckpointArrival>> arrivals, Action<WatchEvent>? onEvent = null, CancellationToken abort = default) =>
        RunAsync(settings, new ScriptedStream(settings, arrivals), onEvent, default, abort);

    /// <summary>What a folder source would say of a folder.</summary>
    public static ArrivedCheckpoint Arrived(string checkpoints, long step) => Arrived(Path.Combine(checkpoints, $"step{step}"), step, "config.json", "model.safetensors", "tokenizer.json");

    /// <summary>What a folder source would say of a folder with these files.</summary>
    public static ArrivedCheckpoint Arrived(string folder, long step, params string[] files) => new(step, folder, TimeProvider.System.GetUtcNow(), new TrainingProgress(step * 128, null)) { Files = files };

    private static async Task<List<WatchEvent>> RunAsync(WatchSettings settings, RunStream stream, Action<WatchEvent>? onEvent, CancellationToken drain, CancellationToken abort)
    {
        Assert.Empty(settings.Problems());
        var told = new Recorder(onEvent);
        await new WatchRun(settings, told, TimeProvider.System, stream).RunAsync(drain, abort);
        return told.Events;
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
