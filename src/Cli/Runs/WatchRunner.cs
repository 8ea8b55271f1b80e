using Emergence.Pipeline;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Runs;

/// <summary>Runs the pipeline in this process.</summary>
/// <param name="time">The clock.</param>
internal sealed class WatchRunner(TimeProvider time) : IWatchRunner
{
    /// <inheritdoc/>
    public Task RunAsync(WatchSettings settings, IWatchObserver observer, StopSignals stop) =>
        new WatchRun(settings, observer, time).RunAsync(stop.Drain, stop.Abort);

    /// <inheritdoc/>
    public string Plan(WatchSettings settings) => WatchGraph.Plan(settings.Source);
}
