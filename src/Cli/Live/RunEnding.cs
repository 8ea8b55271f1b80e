using System.Text;
using Emergence.Cli.Runs;

namespace Emergence.Cli.Live;

/// <summary>What a person reads at the end of a run: categories by alert step, and where the results are.</summary>
internal static class RunEnding
{
    /// <summary>The text, several lines without a last line break.</summary>
    /// <param name="record">What the run told.</param>
    /// <param name="report">The report that was written; null when none was.</param>
    public static string Text(RunRecord record, string? report)
    {
        var text = new StringBuilder();
        var rows = Rows(record);
        if (rows.Count > 0)
        {
            text.AppendLine();
            text.AppendLine($"{"step",8}  {"category",-28} {"first",6} {"now",6}  layers (step of each)");
            foreach (var row in rows)
                text.AppendLine($"{row.Step,8}  {row.Name,-28} {row.First,6:0.00} {row.Now,6:0.00}  {row.Layers}");
            text.AppendLine();
        }
        else if (record.Committed.Count > 0)
        {
            text.AppendLine("No category has met the alert rule yet (above its permutation null at 2 of 3 consecutive checkpoints).");
        }

        text.Append($"{record.Committed.Count} checkpoints committed");
        if (record.Skipped.Count > 0)
            text.Append($", {record.Skipped.Count} skipped");
        if (record.Publishing is { } publishing)
            text.Append(publishing.LastStep is { } step ? $", published to step {step}" : "").Append(publishing.Unpublished > 0 ? $", {publishing.Unpublished} not published" : "");
        if (record.Ended is { } ended)
            text.Append($", {ended.Seconds:0.0} s{(ended.Interrupted ? ", interrupted" : "")}");
        if (record.Opened is { } opened)
            text.Append($"\nrun     {opened.Folder}");
        if (report is not null)
            text.Append($"\nreport  {report}");
        return text.ToString();
    }

    /// <summary>One row per alerted category, by its earliest alert.</summary>
    internal static IReadOnlyList<AlertRow> Rows(RunRecord record)
    {
        if (record.Committed.Count == 0)
            return [];
        var first = record.Committed[0].Curves.ToDictionary(c => (c.Layer, c.Facet, c.Category), c => c.BestF1.Value);
        return [.. record.Committed[^1].Curves
            .Where(c => c.AlertStep is not null)
            .GroupBy(c => (c.Facet, c.Category))
            .Select(g =>
            {
                var best = g.MaxBy(c => c.BestF1.Value)!;
                var layers = string.Join(' ', g.OrderBy(c => c.Layer).Select(c => $"{c.Layer}@{c.AlertStep}"));
                return new AlertRow(g.Min(c => c.AlertStep!.Value), $"{g.Key.Facet}/{g.Key.Category}", first.GetValueOrDefault((best.Layer, best.Facet, best.Category)), best.BestF1.Value, layers);
            })
            .OrderBy(r => r.Step).ThenByDescending(r => r.Now).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <summary>An alerted category.</summary>
    /// <param name="Step">Earliest alert at any layer.</param>
    /// <param name="Name">Facet and category.</param>
    /// <param name="First">best_f1 at the first checkpoint, at the layer that is best now.</param>
    /// <param name="Now">best_f1 now, at that layer.</param>
    /// <param name="Layers">Alerted layers and their steps.</param>
    internal sealed record AlertRow(long Step, string Name, double First, double Now, string Layers);
}
