using System.CommandLine;
using Emergence.Cli.Exit;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Cli.Telemetry;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Commands;

/// <summary>What <see cref="WatchCommand"/> and <see cref="ReplayCommand"/> have in common: DIR, settings, the run.</summary>
internal static class CheckpointsCommand
{
    /// <summary>Makes one of the two.</summary>
    public static Command Create(
        string name, string description, Setting[] settings, bool follow, CliHost host, IWatchRunner runner, Func<string, string?> writeReport, IAnnounceRunner? announcer = null)
    {
        var folder = new Argument<string>("DIR") { Description = "folder of checkpoints, each a folder of its own", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command(name, description) { folder };
        foreach (var setting in settings)
            command.Add(setting.Option);
        command.SetAction(async (parsed, _) =>
        {
            var reader = new SettingReader(parsed, host.Environment, settings);
            var otlp = OtlpOptions.Read(reader, host.Environment);
            var watch = WatchOptions.Read(reader, parsed.GetValue(folder) ?? "", follow);
            if (reader.Flag(WatchOptions.Plan))
            {
                host.Output.WriteLine(runner.Plan(watch));
                return ExitCode.Done;
            }

            var problems = new List<SettingProblem>();
            var kafka = KafkaOptions.Read(reader, host, writing: true, problems);
            var outlet = OutletOptions.Read(reader, kafka, problems);
            var groups = announcer is null ? null : AnnounceOptions.Read(reader, watch, kafka, problems);
            reader.ThrowOnProblems(problems);
            var invocation = new RunInvocation(host, reader.Flag(CommonSettings.Json), writeReport, otlp);
            return await invocation.RunAsync((observer, stop) => groups is null
                ? runner.RunAsync(watch with { Kafka = outlet }, observer, stop)
                : announcer!.RunAsync(watch, groups, kafka!, observer, stop));
        });
        return command;
    }
}
