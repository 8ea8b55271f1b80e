using Emergence.Cli.Options;
using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Runs;

/// <summary>Announces a folder of checkpoints to workers: what <c>watch --announce</c> starts.</summary>
internal interface IAnnounceRunner
{
    /// <summary>Runs to the end and tells the observer like <see cref="IWatchRunner.RunAsync"/>.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="plan">How the layers are shared.</param>
    /// <param name="kafka">The broker.</param>
    /// <param name="observer">Told what happens, from one thread at a time.</param>
    /// <param name="stop">How it is told to stop.</param>
    Task RunAsync(WatchSettings settings, LayerGroupPlan plan, KafkaChoice kafka, IWatchObserver observer, StopSignals stop);
}
