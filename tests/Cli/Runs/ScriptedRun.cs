using Emergence.Cli.Runs;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Tests.Runs;

/// <summary>A runner that remembers what it was asked and tells given events.</summary>
internal sealed class ScriptedRun(params WatchEvent[] events) : IWatchRunner, IDemoRunner
{
    public WatchSettings? Watch { get; private set; }

    public DemoSettings? Demo { get; private set; }

    public Exception? Throws { get; init; }

    public Task RunAsync(WatchSettings settings, IWatchObserver observer, StopSignals stop)
    {
        Watch = settings;
        return Tell(observer);
    }

    public Task RunAsync(DemoSettings settings, IWatchObserver observer, StopSignals stop)
    {
        Demo = settings;
        return Tell(observer);
    }

    public string Plan(WatchSettings settings) => "flowchart LR";

    private Task Tell(IWatchObserver observer)
    {
        foreach (var e in events)
            observer.On(e);
        return Throws is null ? Task.CompletedTask : Task.FromException(Throws);
    }
}
