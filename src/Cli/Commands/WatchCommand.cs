using System.CommandLine;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;

namespace Emergence.Cli.Commands;

/// <summary><c>watch DIR</c>: follows a folder of checkpoints.</summary>
internal static class WatchCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="runner">Runs the pipeline.</param>
    /// <param name="writeReport">Writes the report of a run folder and returns its path.</param>
    /// <param name="announcer">Announces instead of running; null where that is not offered.</param>
    public static Command Create(CliHost host, IWatchRunner runner, Func<string, string?> writeReport, IAnnounceRunner? announcer = null) => CheckpointsCommand.Create(
        "watch",
        "follow a folder of checkpoints until told to stop",
        [.. WatchOptions.Watch, .. OutletOptions.All, .. announcer is null ? [] : AnnounceOptions.All],
        follow: true,
        host,
        runner,
        writeReport,
        announcer);
}
