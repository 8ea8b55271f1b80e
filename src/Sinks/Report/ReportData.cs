using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Report;

/// <summary>
/// A run's rows as the page's JSON: one array per column and curve, in step order, null where a checkpoint has no row.
/// Numbers keep five significant digits, which is more than a pixel shows.
/// </summary>
internal static class ReportData
{
    /// <summary>UTF-8 JSON that is safe inside a script element.</summary>
    public static byte[] Json(ReportRun run)
    {
        var checkpoints = run.Checkpoints.OrderBy(c => c.Step).ToArray();
        var buffer = new ArrayBufferWriter<byte>();
        // The default encoder escapes <, > and &, which keeps data from ending its element.
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("run", run.Run);
            json.WriteString("model", run.Model);
            json.WriteNumber("parameters", run.Parameters);
            json.WriteString("metricsVersion", run.MetricsVersion);
            json.WriteStartArray("facts");
            foreach (var (name, value) in run.Facts)
            {
                json.WriteStartArray();
                json.WriteStringValue(name);
                json.WriteStringValue(value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            Column(json, "steps", checkpoints, c => c.Step);
            Column(json, "tokens", checkpoints, c => c.TokensSeen);
            Column(json, "loss", checkpoints, c => c.Health.Count > 0 ? c.Health[0].LmLoss : null);
            Health(json, checkpoints);
            Curves(json, checkpoints);
            Events(json, checkpoints, run.Unused);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Health(Utf8JsonWriter json, CheckpointResult[] checkpoints)
    {
        json.WriteStartArray("health");
        foreach (var layer in checkpoints.SelectMany(c => c.Health).Select(h => h.Layer).Distinct().Order())
        {
            var rows = checkpoints.Select(c => c.Health.FirstOrDefault(h => h.Layer == layer)).ToArray();
            json.WriteStartObject();
            json.WriteNumber("layer", layer);
            Column(json, "fvu", rows, h => h?.Fvu);
            Column(json, "dead", rows, h => h?.DeadFraction);
            Column(json, "l0", rows, h => h?.L0);
            Column(json, "cosine", rows, h => h?.CosineReconstruction);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Curves(Utf8JsonWriter json, CheckpointResult[] checkpoints)
    {
        var series = new Dictionary<(int Layer, string Facet, string Category), CurveRow?[]>();
        for (var i = 0; i < checkpoints.Length; i++)
        {
            foreach (var row in checkpoints[i].Curves)
            {
                var key = (row.Layer, row.Facet, row.Category);
                if (!series.TryGetValue(key, out var rows))
                    series[key] = rows = new CurveRow?[checkpoints.Length];
                rows[i] = row;
            }
        }

        json.WriteStartArray("curves");
        foreach (var (key, rows) in series)
        {
            json.WriteStartObject();
            json.WriteNumber("layer", key.Layer);
            json.WriteString("facet", key.Facet);
            json.WriteString("category", key.Category);
            if (Array.FindLast(rows, r => r?.AlertStep is not null)?.AlertStep is { } alert)
                json.WriteNumber("alert", alert);
            Statistic(json, "best_f1", rows, r => r.BestF1, r => r.BestF1Null99);
            Statistic(json, "coverage", rows, r => r.Coverage, null);
            Statistic(json, "categorical_features", rows, r => r.CategoricalFeatures, null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Statistic(Utf8JsonWriter json, string name, CurveRow?[] rows, Func<CurveRow, Estimate> estimate, Func<CurveRow, double>? null99)
    {
        json.WriteStartObject(name);
        Column(json, "value", rows, r => r is null ? null : estimate(r).Value);
        Column(json, "low", rows, r => r is null ? null : estimate(r).Low);
        Column(json, "high", rows, r => r is null ? null : estimate(r).High);
        Column(json, "null", rows, r => r is null ? null : estimate(r).Null);
        if (null99 is not null)
            Column(json, "null99", rows, r => r is null ? null : null99(r));
        json.WriteEndObject();
    }

    private static void Events(Utf8JsonWriter json, CheckpointResult[] checkpoints, IReadOnlyList<EventRow> unused)
    {
        json.WriteStartArray("events");
        foreach (var e in checkpoints.SelectMany(c => c.Events).Concat(unused).Where(e => e.Kind is not (EventKind.Onset or EventKind.IdentityBreak)).OrderBy(e => e.Step))
        {
            json.WriteStartObject();
            json.WriteString("severity", e.Severity.ToString());
            json.WriteNumber("step", e.Step);
            json.WriteString("message", e.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Column<T>(Utf8JsonWriter json, string name, T[] rows, Func<T, double?> value)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            if (value(row) is { } number && double.IsFinite(number))
                json.WriteRawValue(Short(number));
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    private static string Short(double number) =>
        number == Math.Floor(number) && Math.Abs(number) < 1e15
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("G5", CultureInfo.InvariantCulture);
}
