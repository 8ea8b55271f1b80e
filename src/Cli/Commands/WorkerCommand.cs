using System.CommandLine;
using Emergence.Cli.Exit;
using Emergence.Cli.Live;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Cli.Telemetry;
using Emergence.Pipeline;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Working;

namespace Emergence.Cli.Commands;

/// <summary><c>worker</c>: takes announced checkpoints from a consumer group.</summary>
internal static class WorkerCommand
{
    private static readonly Setting Group = Setting.Valued("group", "NAME", "consumer group: workers of one group share the work");
    private static readonly Setting Root = Setting.Valued("root", "DIR", "folder below which checkpoints, texts and runs lie, as the announcer's current folder does; default the current one");
    private static readonly Setting Device = Setting.Valued("device", "cpu|cuda[:N]|auto", "where model and SAEs run, when the run leaves that open; default auto");
    private static readonly Setting Threads = Setting.Valued("threads", "N", "threads for arithmetic; default every core");
    private static readonly Setting State = Setting.Valued("state", "disk|kafka", "how a worker that takes over gets what the one before left: from a disk that all share, or through Kafka; default disk");
    private static readonly Setting[] Settings = [Group, Root, Device, Threads, State, .. KafkaOptions.Writing, OtlpOptions.Otlp, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="runner">Does the work.</param>
    public static Command Create(CliHost host, IWorkerRunner runner)
    {
        var command = new Command("worker", "take announced checkpoints from a consumer group, until told to stop");
        foreach (var setting in Settings)
            command.Add(setting.Option);
        command.SetAction(async (parsed, _) =>
        {
            var reader = new SettingReader(parsed, host.Environment, Settings);
            var problems = new List<SettingProblem>();
            var otlp = OtlpOptions.Read(reader, host.Environment);
            var kafka = KafkaOptions.Read(reader, host, writing: true, problems);
            if (kafka is null && problems.Count == 0)
                problems.Add(new(KafkaOptions.Servers.Switch, "is missing", "name the broker through which work is announced, HOST:PORT"));
            var worker = new WorkerSettings
            {
                Group = reader.Text(Group) ?? "",
                Root = reader.Text(Root),
                Device = reader.Text(Device) ?? DeviceName.Auto,
                State = reader.Choice(State, WorkerState.Disk),
                Threads = reader.SmallOrNull(Threads),
            };
            reader.ThrowOnProblems([.. problems, .. worker.Problems()]);
            return await RunAsync(host, runner, worker, kafka!, reader.Flag(CommonSettings.Json), otlp);
        });
        return command;
    }

    private static async Task<int> RunAsync(CliHost host, IWorkerRunner runner, WorkerSettings worker, KafkaChoice kafka, bool json, OtlpSettings? otlp)
    {
        var lines = json ? host.Error : host.Output;
        var summary = new WorkerSummary(worker.Group);
        var start = host.Time.GetTimestamp();
        bool interrupted;
        using (MetricExport.Start(otlp, host.Error))
        using (var signals = new ConsoleSignals(Say))
        {
            await runner.RunAsync(worker, kafka, Tell, signals.Signals);
            interrupted = signals.Signals.Drain.IsCancellationRequested;
        }

        var seconds = host.Time.GetElapsedTime(start).TotalSeconds;
        return End(host, summary, json, seconds, interrupted);

        void Tell(WorkerEvent told)
        {
            summary.On(told);
            if (WorkerLines.Of(told) is { } line)
                Say(line);
        }

        void Say(string line)
        {
            lines.WriteLine(line);
            lines.Flush();
        }
    }

    /// <summary>Says what was done and what was not used. Being stopped is how a worker ends: as with <c>watch</c>, that decides the exit code.</summary>
    internal static int End(CliHost host, WorkerSummary summary, bool json, double seconds, bool interrupted)
    {
        host.Output.WriteLine(json ? summary.ToJson(seconds, interrupted) : summary.ToText(seconds, interrupted));
        var notUsed = summary.Refused.Concat(summary.PassedOver).ToList();
        foreach (var problem in notUsed)
            host.Error.WriteLine($"emergence: {problem}");
        return interrupted ? ExitCode.Interrupted : notUsed.Count > 0 ? ExitCode.BadInput : ExitCode.Done;
    }
}
