using Emergence.Cli.Options;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Tail;

/// <summary>The settings of <c>tail</c>, and how they become <see cref="TailSettings"/>.</summary>
internal static class TailOptions
{
    private static readonly Setting TableName = Setting.Valued("table", string.Join('|', TailTable.All.Select(t => t.Name)), $"which table; default {TailTable.All[0].Name}");
    private static readonly Setting Run = Setting.Valued("run", "NAME", "only this run; default: every run of the topics (with --kafka)");
    private static readonly Setting Last = Setting.Valued("last", "N", "how many of the newest checkpoints, 0 for all; default 1, with --from-step 0");
    private static readonly Setting FromStep = Setting.Valued("from-step", "N", "only checkpoints of this step and later ones");
    private static readonly Setting Follow = Setting.Flag("follow", "go on with each checkpoint that is committed, until told to stop");
    private static readonly Setting Repeated = Setting.Flag("repeated", "show each time what topics hold more than once, because a run was published again (with --kafka)");
    private static readonly Setting Layer = Setting.Valued("layer", "N", "only rows of this layer");
    private static readonly Setting Facet = Setting.Valued("facet", "NAME", "only rows of this facet");
    private static readonly Setting Category = Setting.Valued("category", "NAME", "only rows of this category");
    private static readonly Setting Arrow = Setting.Flag("arrow", "write one Arrow IPC stream to standard output, for piping");
    private static readonly Setting[] Filters = [Layer, Facet, Category];

    /// <summary>Asks for what is left out otherwise.</summary>
    public static string RepeatedSwitch => Repeated.Switch;

    /// <summary>All of them.</summary>
    public static Setting[] All { get; } = [.. KafkaOptions.Reading, TableName, Run, Last, FromStep, Follow, Repeated, .. Filters, Arrow, CommonSettings.Json, CommonSettings.Config];

    /// <summary>Reads and validates.</summary>
    /// <param name="reader">The layers of this invocation.</param>
    /// <param name="host">The program's surroundings.</param>
    /// <param name="folder">The run folder; null when it was not named.</param>
    /// <param name="typed">Whether brokers were named on the command line.</param>
    /// <exception cref="SettingsException">Something is wrong; names all of it.</exception>
    public static TailSettings Read(SettingReader reader, CliHost host, string? folder, bool typed)
    {
        var problems = new List<SettingProblem>();
        // A folder that is named is read, also where the environment names brokers for other verbs.
        var kafka = folder is null || typed ? KafkaOptions.Read(reader, host, writing: false, problems) : null;
        if (folder is not null && kafka is not null)
            problems.Add(new("RUN", $"{folder} and {KafkaOptions.Servers.Switch} are two places to read from", "name one of them"));
        if (folder is null && kafka is null && problems.Count == 0)
            problems.Add(new("RUN", "there is nothing to read", $"name a run folder, or {KafkaOptions.Servers.Switch} HOST:PORT"));
        if (folder is not null && reader.Text(Run) is not null)
            problems.Add(new(Run.Switch, "a run folder holds one run", $"leave it out, or read from {KafkaOptions.Servers.Switch}"));

        if (folder is not null && reader.Flag(Repeated))
            problems.Add(new(Repeated.Switch, "a run folder holds each step once", $"leave it out, or read from {KafkaOptions.Servers.Switch}"));

        var table = Table(reader, problems);
        foreach (var filter in Filters.Where(filter => reader.Text(filter) is not null && !table.Columns.Contains(filter.Name)))
            problems.Add(new(filter.Switch, $"table {table.Name} has no column {filter.Name}", "leave it out, or name another --table"));
        var from = reader.WholeOrNull(FromStep);
        var last = reader.WholeOrNull(Last) ?? (from is null ? 1 : 0);
        if (last < 0)
            problems.Add(new(Last.Switch, $"{last} is below 0", "use 0 for all checkpoints"));
        if (from < 0)
            problems.Add(new(FromStep.Switch, $"{from} is below 0", "steps count from 0"));
        var (json, arrow) = (reader.Flag(CommonSettings.Json), reader.Flag(Arrow));
        if (json && arrow)
            problems.Add(new(Arrow.Switch, $"standard output is either an Arrow stream or {CommonSettings.Json.Switch}", "leave one of them out"));
        var filterOf = new RowFilter(reader.SmallOrNull(Layer), reader.Text(Facet), reader.Text(Category));
        reader.ThrowOnProblems(problems);
        return new(table, new(table.Table, reader.Text(Run), from ?? 0, (int)Math.Min(last, int.MaxValue), reader.Flag(Follow), filterOf, reader.Flag(Repeated)), json, arrow, kafka, folder);
    }

    private static TailTable Table(SettingReader reader, List<SettingProblem> problems)
    {
        var name = reader.Text(TableName) ?? TailTable.All[0].Name;
        if (TailTable.All.FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase)) is { } found)
            return found;
        problems.Add(new(TableName.Switch, $"there is no table \"{name}\"", $"use one of {string.Join(", ", TailTable.All.Select(t => t.Name))}"));
        return TailTable.All[0];
    }
}
