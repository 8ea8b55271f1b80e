using System.CommandLine;
using System.Globalization;
using Emergence.Cli.Exit;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Cli.Telemetry;
using Emergence.Pipeline;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Cli.Commands;

/// <summary><c>publish RUN</c>: sends a recorded run to Kafka.</summary>
internal static class PublishCommand
{
    private const string Max = "max";
    private static readonly Setting Speed = Setting.Valued("speed", "N|max", "keep the gaps between the commits, divided by N; default max: none");
    private static readonly Setting Again = Setting.Flag("again", "send what is published once more, from the first commit or --from-step on");
    private static readonly Setting FromStep = Setting.Valued("from-step", "N", "with --again: the first step that is sent");
    private static readonly Setting UntilStep = Setting.Valued("until-step", "N", "end before the first commit of a later step");
    private static readonly Setting Force = Setting.Flag("force", "publish although another process works on the run; its own publishing ends");
    private static readonly Setting PlanOnly = Setting.Flag("plan", "say what would be sent and send nothing");
    private static readonly Setting[] Settings = [Speed, Again, FromStep, UntilStep, Force, PlanOnly, .. OutletOptions.All, OtlpOptions.Otlp, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="runner">Publishes.</param>
    public static Command Create(CliHost host, IPublishRunner runner)
    {
        var folder = new Argument<string>("RUN") { Description = "a run folder" };
        var command = new Command("publish", "send a recorded run to Kafka: what the topics lack, or all of it again") { folder };
        foreach (var setting in Settings)
            command.Add(setting.Option);
        command.SetAction(async (parsed, _) =>
        {
            var reader = new SettingReader(parsed, host.Environment, Settings);
            var otlp = OtlpOptions.Read(reader, host.Environment);
            var publish = Read(reader, host, parsed.GetValue(folder)!);
            return await RunAsync(host, runner, publish, reader.Flag(CommonSettings.Json), otlp);
        });
        return command;
    }

    private static PublishRunSettings Read(SettingReader reader, CliHost host, string run)
    {
        var problems = new List<SettingProblem>();
        var kafka = KafkaOptions.Read(reader, host, writing: true, problems);
        if (kafka is null && problems.Count == 0)
            problems.Add(new(KafkaOptions.Servers.Switch, "is missing", "name the broker, HOST:PORT"));
        var speed = reader.Text(Speed);
        double? factor = null;
        if (speed is not null && !string.Equals(speed, Max, StringComparison.OrdinalIgnoreCase))
        {
            if (double.TryParse(speed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                factor = number;
            else
                problems.Add(new(Speed.Switch, $"\"{speed}\" is not a number or {Max}", $"give {Speed.Switch} 10 for gaps of a tenth, or {Max} for none"));
        }

        var settings = new PublishRunSettings
        {
            Run = run,
            Kafka = kafka?.Settings ?? new KafkaSettings { Servers = "" },
            Topics = kafka?.Topics ?? TopicOptions.None,
            Speed = factor,
            Again = reader.Flag(Again),
            FromStep = reader.WholeOrNull(FromStep),
            UntilStep = reader.WholeOrNull(UntilStep),
            Force = reader.Flag(Force),
            PlanOnly = reader.Flag(PlanOnly),
            WaitSeconds = reader.Number(OutletOptions.Wait, WatchLimits.KafkaWaitSeconds),
        };
        reader.ThrowOnProblems([.. problems, .. settings.Problems()]);
        return settings;
    }

    private static async Task<int> RunAsync(CliHost host, IPublishRunner runner, PublishRunSettings settings, bool json, OtlpSettings? otlp)
    {
        var lines = json ? host.Error : host.Output;
        var start = host.Time.GetTimestamp();
        using (MetricExport.Start(otlp, host.Error))
        using (var signals = new ConsoleSignals(Say))
        {
            var result = await runner.RunAsync(settings, Tell, signals.Signals);
            var summary = new PublishSummary(result, settings.PlanOnly, host.Time.GetElapsedTime(start).TotalSeconds);
            host.Output.WriteLine(json ? summary.ToJson() : summary.ToText());
            return result.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
        }

        void Tell(PublishEvent told)
        {
            Say(told switch
            {
                CommitPublished e => $"step {e.Commit.Step}: published{(e.Messages > 0 ? $", {e.Messages} messages" : "")}{(e.Pending > 0 ? $", {e.Pending} to go" : "")}",
                BrokerAway e => $"nothing has gone through to the broker since {e.Since:HH:mm:ss} UTC ({e.Reason}); it is asked again",
                BrokerBack e => $"the broker answers again (away since {e.Since:HH:mm:ss} UTC)",
                _ => told.ToString(),
            });
        }

        void Say(string line)
        {
            lines.WriteLine(line);
            lines.Flush();
        }
    }
}
