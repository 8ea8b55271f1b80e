using Emergence.Cli.Runs;
using Emergence.Pipeline.Progress;

namespace Emergence.Cli.Live;

/// <summary>Shows a run while it goes on.</summary>
internal abstract class RunScreen : IWatchObserver, IDisposable
{
    /// <summary>Chooses how: redrawn in place on a terminal, else a line per event; on standard error when standard output is for JSON.</summary>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="json">Whether standard output is for JSON only.</param>
    /// <param name="record">What the run has told; it is told each event before the screen is.</param>
    public static RunScreen Create(CliHost host, bool json, RunRecord record) =>
        host.Terminal is { } terminal && !json ? new LiveScreen(terminal, record, host.Time) : new PlainScreen(json ? host.Error : host.Output, record, host.Time);

    /// <summary>Says something that stays, beside the events.</summary>
    /// <param name="line">One line.</param>
    public abstract void Say(string line);

    /// <inheritdoc/>
    public abstract void On(WatchEvent watchEvent);

    /// <inheritdoc/>
    public abstract void Dispose();
}
