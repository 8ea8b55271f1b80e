using Emergence.Cli.Exit;
using Emergence.Cli.Live;
using Emergence.Cli.Telemetry;
using Emergence.Pipeline.Progress;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Runs;

/// <summary>What <c>watch</c>, <c>replay</c> and <c>demo</c> do around a run: show it, measure it, let it be stopped, write the report, say the result.</summary>
internal sealed class RunInvocation(CliHost host, bool json, Func<string, string?> writeReport, OtlpSettings? otlp = null)
{
    /// <summary>Runs it.</summary>
    /// <param name="start">Starts the run with an observer and the signals that stop it.</param>
    /// <returns>The exit code: a run that had to refuse a checkpoint ends with that of bad input, everything else committed.</returns>
    public async Task<int> RunAsync(Func<IWatchObserver, StopSignals, Task> start)
    {
        var record = new RunRecord();
        using (MetricExport.Start(otlp, host.Error))
        using (var screen = RunScreen.Create(host, json, record))
        using (var signals = new ConsoleSignals(screen.Say))
            await start(new Observers(record, screen), signals.Signals);

        var report = record.Opened is { } opened && record.Committed.Count > 0 ? writeReport(opened.Folder) : null;
        host.Output.WriteLine(json ? RunSummary.Of(record, report).ToJson() : RunEnding.Text(record, report));
        if (record.Publishing is { Unpublished: > 0 and var left })
        {
            host.Error.WriteLine($"emergence: {left} {(left == 1 ? "commit is" : "commits are")} not published: the broker could not be used for long enough. Everything is in {record.Opened?.Folder}; emergence publish {record.Opened?.Folder} --kafka … or the next start sends the rest.");
            return ExitCode.NoServer;
        }

        if (record.Ended is { Interrupted: true })
            return ExitCode.Interrupted;
        var refused = record.Skipped.Where(e => e.Kind == EventKind.CheckpointRefused).ToList();
        foreach (var refusal in refused)
            host.Error.WriteLine($"emergence: {refusal.Message}");
        return refused.Count > 0 ? ExitCode.BadInput : ExitCode.Done;
    }
}
