using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Runs;

/// <summary>Runs the demo: a trainer in a process of its own and the watcher beside it.</summary>
internal interface IDemoRunner
{
    /// <summary>Runs to the end; tells the observer like <see cref="IWatchRunner.RunAsync"/>, the trainer's lines as <see cref="CompanionLine"/>.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="observer">Told what happens, from one thread at a time.</param>
    /// <param name="stop">How it is told to stop.</param>
    Task RunAsync(DemoSettings settings, IWatchObserver observer, StopSignals stop);
}
