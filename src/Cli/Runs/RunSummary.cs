using System.Text.Json;
using System.Text.Json.Serialization;

namespace Emergence.Cli.Runs;

/// <summary>The JSON that <c>watch</c>, <c>replay</c> and <c>demo</c> print last.</summary>
/// <param name="Run">Run folder.</param>
/// <param name="Checkpoints">Committed checkpoints, those of earlier starts included.</param>
/// <param name="Seconds">Wall time of this start.</param>
/// <param name="Interrupted">Whether it was stopped before its end.</param>
/// <param name="LastStep">Newest committed step.</param>
/// <param name="Report">The report file; null when none was written.</param>
/// <param name="Alerts">Every curve that met the alert rule, by step.</param>
/// <param name="Health">SAE health per layer at the newest step.</param>
/// <param name="Skipped">Checkpoints that were not used in this start.</param>
/// <param name="Published">How far the run is published; null without a broker.</param>
internal sealed record RunSummary(
    string Run,
    int Checkpoints,
    double Seconds,
    bool Interrupted,
    long? LastStep,
    string? Report,
    IReadOnlyList<CategoryAlert> Alerts,
    IReadOnlyList<LayerHealth> Health,
    IReadOnlyList<SkippedCheckpoint> Skipped,
    PublishedPart? Published = null)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Summarises what a run told.</summary>
    /// <param name="record">What it told.</param>
    /// <param name="report">The report that was written; null when none was.</param>
    public static RunSummary Of(RunRecord record, string? report)
    {
        var last = record.Committed.Count == 0 ? null : record.Committed[^1];
        return new(
            record.Opened?.Folder ?? "",
            record.Committed.Count,
            Math.Round(record.Ended?.Seconds ?? 0, 3),
            record.Ended?.Interrupted ?? false,
            last?.Step,
            report,
            record.Alerts,
            last is null ? [] : [.. last.Health.Select(h => new LayerHealth(h.Layer, h.LmLoss, h.Fvu, h.DeadFraction))],
            [.. record.Skipped.Select(e => new SkippedCheckpoint(e.Step, e.Message))],
            record.Publishing is { } publishing ? new PublishedPart(publishing.LastStep, publishing.Unpublished, publishing.LiveLost) : null);
    }

    /// <summary>Indented JSON with names in snake case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
