using System.CommandLine;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;

namespace Emergence.Cli.Commands;

/// <summary><c>replay DIR</c>: runs the checkpoints that are there, in step order, then ends.</summary>
internal static class ReplayCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="runner">Runs the pipeline.</param>
    /// <param name="writeReport">Writes the report of a run folder and returns its path.</param>
    public static Command Create(CliHost host, IWatchRunner runner, Func<string, string?> writeReport) =>
        CheckpointsCommand.Create("replay", "run the checkpoints that are there, in step order, then end", [.. WatchOptions.Replay, .. OutletOptions.All], follow: false, host, runner, writeReport);
}
