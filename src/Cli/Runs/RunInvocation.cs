using Emergence.Cli.Exit;
using Emergence.Cli.Live;
using Emergence.Pipeline.Progress;

namespace Emergence.Cli.Runs;

/// <summary>What <c>watch</c>, <c>replay</c> and <c>demo</c> do around a run: show it, let it be stopped, write the report, say the result.</summary>
internal sealed class RunInvocation(CliHost host, bool json, Func<string, string?> writeReport)
{
    /// <summary>Runs it.</summary>
    /// <param name="start">Starts the run with an observer and the signals that stop it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<IWatchObserver, StopSignals, Task> start)
    {
        var record = new RunRecord();
        using (var screen = RunScreen.Create(host, json, record))
        using (var signals = new ConsoleSignals(screen.Say))
            await start(new Observers(record, screen), signals.Signals);

        var report = record.Opened is { } opened && record.Committed.Count > 0 ? writeReport(opened.Folder) : null;
        host.Output.WriteLine(json ? RunSummary.Of(record, report).ToJson() : RunEnding.Text(record, report));
        return record.Ended is { Interrupted: true } ? ExitCode.Interrupted : ExitCode.Done;
    }
}
