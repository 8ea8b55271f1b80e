using System.CommandLine;
using Emergence.Cli.Doctor;
using Emergence.Cli.Exit;
using Emergence.Cli.Options;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Cli.Commands;

/// <summary><c>doctor</c>: checks every part and says how to mend each fault.</summary>
internal static class DoctorCommand
{
    private static readonly Setting Quick = Setting.Flag("quick", "measure nothing: takes a second and no processor time from others, as a health check");
    private static readonly Setting[] Settings = [Quick, .. KafkaOptions.Writing, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Makes the command over the product's checks.</summary>
    /// <param name="host">The program's surroundings.</param>
    public static Command Create(CliHost host) => Create(host, (run, quick) => Checks(host, run, quick));

    /// <summary>Makes the command over given checks.</summary>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="checks">The checks; takes the run folder when one is named, and whether to measure nothing.</param>
    /// <param name="connect">Makes the client with which brokers are checked when they are named.</param>
    internal static Command Create(CliHost host, Func<string?, bool, IEnumerable<IDoctorCheck>> checks, Func<KafkaSettings, IKafkaClient>? connect = null)
    {
        var run = new Argument<string>("RUN") { Description = "a run folder to look at too", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("doctor", "check every part and say how to mend each fault") { run };
        foreach (var setting in Settings)
            command.Add(setting.Option);
        command.SetAction(parsed =>
        {
            var reader = new SettingReader(parsed, host.Environment, Settings);
            var json = reader.Flag(CommonSettings.Json);
            var quick = reader.Flag(Quick);
            var problems = new List<SettingProblem>();
            var kafka = KafkaOptions.Read(reader, host, writing: true, problems);
            reader.ThrowOnProblems(problems);
            var parts = checks(parsed.GetValue(run), quick);
            var report = DoctorReport.Of(kafka is null ? parts : parts.Append(new KafkaBrokerCheck(kafka, connect ?? (settings => KafkaClients.Connect(settings)))));
            host.Output.WriteLine(json ? report.ToJson() : report.ToText());
            return report.Healthy ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static IEnumerable<IDoctorCheck> Checks(CliHost host, string? run, bool quick)
    {
        var home = ProductFolder.Find(host.Environment);
        return
        [
            new DotnetCheck(),
            new ProcessorCheck(),
            new LibtorchCheck(measure: !quick),
            new KafkaClientCheck(),
            new DiskCheck(run ?? "runs"),
            new TextsCheck(home),
            new NpmPartsCheck(home),
            .. run is null ? Array.Empty<IDoctorCheck>() : [new RunFolderCheck(run)],
        ];
    }
}
