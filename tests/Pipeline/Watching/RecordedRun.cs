using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests.Watching;

/// <summary>A replay of tiny checkpoints and what it told.</summary>
internal sealed class RecordedRun : IWatchObserver
{
    private readonly Action<WatchEvent>? _then;

    private RecordedRun(Action<WatchEvent>? then)
    {
        _then = then;
    }

    public List<WatchEvent> Told { get; } = [];

    public static async Task<RecordedRun> ReplayAsync(TinyRun tiny, Func<WatchSettings, WatchSettings>? change = null, Action<WatchEvent>? onEvent = null)
    {
        var settings = new WatchSettings
        {
            Checkpoints = tiny.Checkpoints,
            Probe = tiny.Texts.ProbePath,
            Text = tiny.Texts.TrainingPath,
            Run = tiny.Run(),
            Follow = false,
            Context = TinyModel.Context,
            BatchRows = 8,
            Features = 64,
            K = 4,
            Budget = 2048,
            Threads = 1,
        };
        var run = new RecordedRun(onEvent);
        await new WatchRun(change is null ? settings : change(settings), run, TimeProvider.System).RunAsync(default, default);
        return run;
    }

    public static IReadOnlyList<HealthRow> Health(TinyRun tiny, long step) => RunFolderReader.Open(tiny.Run()).Read(step, Tables.Health).Health;

    public static IReadOnlyList<EventRow> Events(TinyRun tiny, long step) => RunFolderReader.Open(tiny.Run()).Read(step, Tables.Events).Events;

    public void On(WatchEvent watchEvent)
    {
        Told.Add(watchEvent);
        _then?.Invoke(watchEvent);
    }
}
