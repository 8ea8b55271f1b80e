using System.Net;
using System.Text;

namespace Emergence.Sinks.Report;

/// <summary>
/// Puts the page together: template, style, chart library, the page's own script and the run's data. Text of the run enters
/// only as HTML-encoded text and as JSON in which <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c> are escaped, so nothing in it can end an element or run.
/// </summary>
public static class ReportPage
{
    // Later files use what earlier ones define.
    private static readonly string[] Scripts =
        ["model.js", "theme.js", "format.js", "scales.js", "cursor.js", "curve.js", "heat.js", "health.js", "alerts.js", "cards.js", "detail.js", "header.js", "main.js"];

    private static readonly string[] Licences = ["d3", "@observablehq_plot", "interval-tree-1d", "isoformat", "delaunator"];

    /// <summary>Writes the page.</summary>
    /// <param name="run">What it shows.</param>
    /// <param name="writer">Receives HTML.</param>
    public static void Write(ReportRun run, TextWriter writer)
    {
        var template = ReportAssets.Text("template.html");
        var at = 0;
        while (template.IndexOf("{{", at, StringComparison.Ordinal) is var open and >= 0)
        {
            var close = template.IndexOf("}}", open, StringComparison.Ordinal);
            writer.Write(template.AsSpan(at, open - at));
            Fill(template[(open + 2)..close], run, writer);
            at = close + 2;
        }

        writer.Write(template.AsSpan(at));
    }

    private static void Fill(string slot, ReportRun run, TextWriter writer)
    {
        switch (slot)
        {
            case "title":
                writer.Write(WebUtility.HtmlEncode(run.Run));
                break;
            case "style":
                writer.Write(ReportAssets.Text("style.css"));
                break;
            case "library":
                writer.Write(ReportAssets.Text("d3.js"));
                writer.Write('\n');
                writer.Write(ReportAssets.Text("plot.js"));
                break;
            case "data":
                writer.Write(Encoding.UTF8.GetString(ReportData.Json(run)));
                break;
            case "script":
                foreach (var script in Scripts)
                    writer.Write(ReportAssets.Text(script));
                break;
            case "licences":
                foreach (var licence in Licences)
                    writer.Write($"{licence.Replace('_', '/')}\n\n{WebUtility.HtmlEncode(ReportAssets.Text("licence/" + licence).Trim())}\n\n\n");
                break;
            default:
                throw new InvalidOperationException($"template.html has a slot {slot} that nothing fills");
        }
    }
}
