using System.CommandLine;
using Emergence.Cli.Exit;
using Emergence.Cli.Options;
using Emergence.Cli.Runs;
using Emergence.Cli.Tail;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.RunFolder;

namespace Emergence.Cli.Commands;

/// <summary><c>tail RUN</c>: reads a run folder back as readable rows.</summary>
internal static class TailCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly Setting TableName = Setting.Valued("table", string.Join('|', TailTable.All.Select(t => t.Name)), $"which table; default {TailTable.All[0].Name}");
    private static readonly Setting Last = Setting.Valued("last", "N", "how many of the newest checkpoints, 0 for all; default 1");
    private static readonly Setting Follow = Setting.Flag("follow", "go on with each checkpoint that is committed, until told to stop");
    private static readonly Setting Layer = Setting.Valued("layer", "N", "only rows of this layer");
    private static readonly Setting Facet = Setting.Valued("facet", "NAME", "only rows of this facet");
    private static readonly Setting Category = Setting.Valued("category", "NAME", "only rows of this category");
    private static readonly Setting[] Filters = [Layer, Facet, Category];
    private static readonly Setting[] Settings = [TableName, Last, Follow, .. Filters, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Makes the command.</summary>
    /// <param name="host">The program's surroundings.</param>
    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("RUN") { Description = "a run folder" };
        var command = new Command("tail", "read a run back as readable rows") { folder };
        foreach (var setting in Settings)
            command.Add(setting.Option);
        command.SetAction(async (parsed, _) =>
        {
            var reader = new SettingReader(parsed, host.Environment, Settings);
            var printer = Printer(reader, host, out var table);
            var last = reader.Whole(Last, 1);
            var follow = reader.Flag(Follow);
            reader.ThrowOnProblems(last < 0 ? [new(Last.Switch, $"{last} is below 0", "use 0 for all checkpoints")] : []);

            var run = RunFolderReader.Open(parsed.GetValue(folder)!);
            var steps = run.ListSteps();
            var shown = last == 0 ? steps : [.. steps.Skip(Math.Max(0, steps.Count - (int)Math.Min(last, int.MaxValue)))];
            foreach (var step in shown)
                printer.Print(run.Read(step, table.Table));
            if (!follow)
                return ExitCode.Done;

            using var signals = new ConsoleSignals(_ => { });
            long? after = steps.Count == 0 ? null : steps[^1];
            await foreach (var result in run.FollowAsync(table.Table, after, Poll, host.Time, signals.Signals.Drain))
                printer.Print(result);
            return ExitCode.Done;
        });
        return command;
    }

    private static TailPrinter Printer(SettingReader reader, CliHost host, out TailTable table)
    {
        var problems = new List<SettingProblem>();
        var name = reader.Text(TableName) ?? TailTable.All[0].Name;
        var found = TailTable.All.FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase));
        if (found is null)
            problems.Add(new(TableName.Switch, $"there is no table \"{name}\"", $"use one of {string.Join(", ", TailTable.All.Select(t => t.Name))}"));
        table = found ?? TailTable.All[0];

        var wanted = new Dictionary<string, string>();
        foreach (var filter in Filters)
        {
            if (reader.Text(filter) is not { } value)
                continue;
            wanted[filter.Name] = value;
            if (!table.Columns.Contains(filter.Name))
                problems.Add(new(filter.Switch, $"table {table.Name} has no column {filter.Name}", "leave it out, or name another --table"));
        }

        var json = reader.Flag(CommonSettings.Json);
        if (problems.Count > 0)
            reader.ThrowOnProblems(problems);
        return new(table, host.Output, json, wanted);
    }
}
