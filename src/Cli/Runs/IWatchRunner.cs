using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Runs;

/// <summary>Runs the pipeline over a folder of checkpoints: what <c>watch</c> and <c>replay</c> start.</summary>
internal interface IWatchRunner
{
    /// <summary>Runs to the end and tells the observer everything, <see cref="RunOpened"/> first and <see cref="RunEnded"/> last.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="observer">Told what happens, from one thread at a time.</param>
    /// <param name="stop">How it is told to stop; a drained run ends normally with <see cref="RunEnded.Interrupted"/> set.</param>
    Task RunAsync(WatchSettings settings, IWatchObserver observer, StopSignals stop);

    /// <summary>The dataflow graph as Mermaid.</summary>
    /// <param name="settings">Settings that need not be valid: files may be missing.</param>
    string Plan(WatchSettings settings);
}
