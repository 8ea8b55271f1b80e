using System.CommandLine;
using System.Text.Json;
using Emergence.Cli.Exit;
using Emergence.Cli.Options;
using Emergence.Sinks.Report;

namespace Emergence.Cli.Commands;

/// <summary><c>report RUN</c>: writes report.html.</summary>
internal static class ReportCommand
{
    private static readonly Setting Out = Setting.Valued("out", "FILE", $"where the report goes; default {ReportFile.Name} in the run folder");
    private static readonly Setting[] Settings = [Out, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("RUN") { Description = "a run folder" };
        var command = new Command("report", "write report.html: every curve of a run in one file that opens without network") { folder };
        foreach (var setting in Settings)
            command.Add(setting.Option);
        command.SetAction(parsed =>
        {
            var reader = new SettingReader(parsed, host.Environment, Settings);
            var json = reader.Flag(CommonSettings.Json);
            var run = parsed.GetValue(folder)!;
            var path = reader.Text(Out) ?? Path.Combine(run, ReportFile.Name);
            reader.ThrowOnProblems([]);
            var content = ReportSource.Read(run);
            ReportFile.Write(content, path);
            host.Output.WriteLine(json
                ? JsonSerializer.Serialize(new { run, report = path, checkpoints = content.Checkpoints.Count })
                : $"{path}: {content.Checkpoints.Count} checkpoints of {content.Run}");
            return ExitCode.Done;
        });
        return command;
    }
}
