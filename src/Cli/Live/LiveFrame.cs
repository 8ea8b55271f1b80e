using Emergence.Cli.Runs;
using Emergence.Stages.Curves;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Emergence.Cli.Live;

/// <summary>What the terminal shows of a run at one moment, laid out for a given size. 80 × 24 shows all of it.</summary>
/// <param name="record">What the run has told.</param>
/// <param name="width">Columns of the terminal.</param>
/// <param name="height">Lines that may be used.</param>
/// <param name="elapsed">Time since the start.</param>
/// <param name="unicode">Whether block characters can be shown.</param>
internal sealed class LiveFrame(RunRecord record, int width, int height, TimeSpan elapsed, bool unicode)
{
    private const int LayerColumn = 7;

    // Head, progress, lag, gap, loss, three lines of layers, gap, the table's head.
    private const int LinesBeforeCategories = 10;

    /// <summary>Lays it out.</summary>
    public IRenderable Build()
    {
        var parts = new List<IRenderable> { Head(), Progress(), Lag() };
        if (record.Committed.Count > 0 && record.Committed[^1].Health is { Count: > 0 } health)
        {
            parts.Add(Text.Empty);
            parts.Add(Loss());
            parts.Add(Layers(health));
            parts.Add(Text.Empty);
            parts.Add(Categories(height - LinesBeforeCategories));
        }

        return new Rows(parts);
    }

    private static Markup Line(string markup) => new(markup) { Overflow = Overflow.Ellipsis };

    private static string Safe(string text) => Markup.Escape(string.Concat(text.Where(c => !char.IsControl(c))));

    private OneLine Head()
    {
        var run = record.Opened is { } o ? $"[bold]{Safe(o.Run)}[/]  [grey]{Safe(o.Model)}{(o.Parameters > 0 ? $", {Figures.Count(o.Parameters)} parameters" : "")}[/]" : "[grey]opening the run[/]";
        return new OneLine($"[bold darkorange]emergence[/]  {run}", $"{record.Committed.Count} committed  [grey]{Figures.Clock(elapsed)}[/]");
    }

    private OneLine Progress()
    {
        if (record.Progress is not { } p)
        {
            var last = record.Committed.Count > 0 ? record.Committed[^1].Step : (long?)null;
            return new OneLine(record.Waiting
                ? $"[grey]waiting for the {(last is null ? "first checkpoint" : $"checkpoint after step {last}")}[/]"
                : last is null ? "[grey]looking for checkpoints[/]" : $"[grey]step {last} committed[/]");
        }

        var share = p.Total > 0 ? Math.Clamp((double)p.Done / p.Total, 0, 1) : 0;
        var bar = Math.Clamp(width - 62, 10, 40);
        var full = (int)Math.Round(share * bar);
        var (on, off) = unicode ? ('━', '─') : ('#', '-');
        return new OneLine($"[bold]step {p.Step,-7}[/] [darkorange]{new string(on, full)}[/][grey]{new string(off, bar - full)}[/] {share,4:0%}  {Phases.Name(p.Phase)} [grey]{Phases.Amount(p)}[/]");
    }

    private OneLine Lag()
    {
        var waiting = record.Progress?.Waiting ?? record.Newest?.Waiting ?? 0;
        var parts = new List<string>();
        if (record.Newest is { } newest)
            parts.Add($"{newest.Duration.TotalSeconds:0.0} s a checkpoint, lag {newest.Lag.TotalSeconds:0.0} s");
        parts.Add(waiting > 0 ? $"[yellow]{waiting} waiting[/]" : "none waiting");
        if (record.Skipped.Count > 0)
            parts.Add($"[yellow]{record.Skipped.Count} skipped[/]");
        if (record.Publishing is { } publishing)
            parts.Add(publishing.AwaySince is { } since ? $"[yellow]broker away since {since:HH:mm:ss} UTC[/]" : $"published to step {publishing.LastStep}{(publishing.Unpublished > 0 ? $", {publishing.Unpublished} to go" : "")}");
        if (record.Companion is { } line)
            parts.Add($"{Safe(line.Source)}: {Safe(line.Text)}");
        return new OneLine($"[grey]{string.Join("  ·  ", parts)}[/]");
    }

    private OneLine Loss()
    {
        var losses = record.Committed.Select(c => c.Health.Count > 0 ? c.Health[0].LmLoss ?? double.NaN : double.NaN).ToArray();
        var finite = losses.Where(double.IsFinite).ToArray();
        if (finite.Length == 0)
            return new OneLine($"[bold]loss[/] none{Moved()}");
        var moved = Moved();
        var spark = Sparkline.Of(losses, finite.Min(), finite.Max(), Math.Max(4, width - 30 - moved.Length), unicode);
        return new OneLine($"[bold]loss[/]  {losses[^1]:0.000}  [deepskyblue1]{spark}[/]  [grey]from {finite[0]:0.000}{moved}[/]");
    }

    private string Moved() => record.Committed[^1].Health is [{ WeightDistance: { } distance }, ..] ? $"  ·  weights moved {Figures.Share(distance)}" : "";

    private Grid Layers(IReadOnlyList<HealthRow> health)
    {
        // Deep models: as many layers as fit, evenly spaced, first and last among them.
        var fit = Math.Max(1, (width - 8) / LayerColumn);
        var shown = health.Count <= fit
            ? health
            : [.. Enumerable.Range(0, fit).Select(i => health[(int)((long)i * (health.Count - 1) / Math.Max(1, fit - 1))])];
        var grid = new Grid();
        grid.AddColumn(new GridColumn().NoWrap().Width(5).PadLeft(0).PadRight(0));
        foreach (var _ in shown)
            grid.AddColumn(new GridColumn().NoWrap().RightAligned().Width(LayerColumn).PadLeft(0).PadRight(0));
        Row("layer", h => $"[grey]{h.Layer}[/]");
        Row("fvu", h => Level(h.Fvu, 0.3, 0.6, $"{h.Fvu:0.000}"));
        Row("dead", h => Level(h.DeadFraction, 0.25, 0.6, $"{h.DeadFraction:0.0%}"));
        return grid;

        void Row(string name, Func<HealthRow, string> cell) =>
            grid.AddRow([Line($"[bold]{name}[/]"), .. shown.Select(h => Line(cell(h)))]);
    }

    private static string Level(double value, double doubtful, double bad, string text) =>
        value >= bad ? $"[red]{text}[/]" : value >= doubtful ? $"[yellow]{text}[/]" : text;

    private Grid Categories(int lines)
    {
        // Numbers, paddings and steps take 31 columns; names and trajectories share the rest.
        const int others = 31;
        var nameWidth = Math.Clamp(width - others - 16, 10, 24);
        var spark = Math.Clamp(width - others - nameWidth, 4, 48);
        var grid = new Grid();
        grid.AddColumn(new GridColumn().NoWrap().Width(nameWidth).PadLeft(0).PadRight(1));
        grid.AddColumn(new GridColumn().NoWrap().RightAligned().Width(6).PadLeft(0).PadRight(1));
        grid.AddColumn(new GridColumn().NoWrap().RightAligned().Width(5).PadLeft(0).PadRight(1));
        grid.AddColumn(new GridColumn().NoWrap().Width(spark).PadLeft(1).PadRight(1));
        grid.AddColumn(new GridColumn().NoWrap().RightAligned().Width(5).PadLeft(0).PadRight(1));
        grid.AddColumn(new GridColumn().NoWrap().RightAligned().Width(9).PadLeft(0).PadRight(0));
        grid.AddRow(Line("[bold]rising[/]"), Line("[grey]first[/]"), Line("[grey]now[/]"), Line("[grey]best F1[/]"), Line("[grey]layer[/]"), Line("[grey]alert[/]"));
        foreach (var c in RisingCategory.Of(record, lines))
        {
            var trajectory = Sparkline.Of(c.Trajectory, 0, 1, spark, unicode);
            grid.AddRow(
                new Text(string.Concat(c.Name.Where(x => !char.IsControl(x)))) { Overflow = Overflow.Ellipsis },
                Line($"{c.First:0.00}"), Line($"[bold]{c.Now:0.00}[/]"), Line($"[darkorange]{trajectory}[/]"), Line($"[grey]{c.Layer}[/]"),
                Line(c.Alert is { } step ? $"[green]{step}[/]" : "[grey]-[/]"));
        }

        return grid;
    }
}
