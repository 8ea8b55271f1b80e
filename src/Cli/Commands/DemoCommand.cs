using System.CommandLine;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Cli.Telemetry;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Commands;

/// <summary><c>demo</c>: trains a small language model on real text and watches it at the same time.</summary>
internal static class DemoCommand
{
    private static readonly Setting Quick = Setting.Flag("quick", "about a minute instead of about five");
    private static readonly Setting Out = Setting.Valued("out", "DIR", "folder for the checkpoints and the run, made or continued; default runs/demo, with --quick runs/demo-quick");
    private static readonly Setting[] Settings = [Quick, Out, CommonSettings.Seed, .. OutletOptions.All, OtlpOptions.Otlp, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="runner">Runs trainer and pipeline.</param>
    /// <param name="writeReport">Writes the report of a run folder and returns its path.</param>
    public static Command Create(CliHost host, IDemoRunner runner, Func<string, string?> writeReport)
    {
        var command = new Command("demo", "train a small language model on real text and watch it at the same time");
        foreach (var setting in Settings)
            command.Add(setting.Option);
        command.SetAction(async (parsed, _) =>
        {
            var reader = new SettingReader(parsed, host.Environment, Settings);
            var quick = reader.Flag(Quick);
            var otlp = OtlpOptions.Read(reader, host.Environment);
            var demo = new DemoSettings
            {
                Quick = quick,
                Out = reader.Text(Out) ?? Path.Combine("runs", quick ? "demo-quick" : "demo"),
                Seed = reader.Whole(CommonSettings.Seed, 0),
            };
            var problems = new List<SettingProblem>();
            var outlet = OutletOptions.Read(reader, KafkaOptions.Read(reader, host, writing: true, problems), problems);
            reader.ThrowOnProblems([.. demo.Problems(), .. problems]);
            var invocation = new RunInvocation(host, reader.Flag(CommonSettings.Json), writeReport, otlp);
            return await invocation.RunAsync((observer, stop) => runner.RunAsync(demo with { Kafka = outlet }, observer, stop));
        });
        return command;
    }
}
