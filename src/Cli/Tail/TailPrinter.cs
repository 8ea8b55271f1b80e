using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Tail;

/// <summary>Prints a table's rows: aligned columns for a person, one JSON object per line for a machine.</summary>
/// <param name="table">The table.</param>
/// <param name="output">Where the rows go.</param>
/// <param name="json">Whether as JSON.</param>
/// <param name="wanted">Values that a row must have, by column; empty for all rows.</param>
internal sealed class TailPrinter(TailTable table, TextWriter output, bool json, IReadOnlyDictionary<string, string> wanted)
{
    private const int NameWidth = 20;
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private bool _headed;

    /// <summary>Prints the rows of a checkpoint.</summary>
    public void Print(CheckpointResult result)
    {
        if (!json && !_headed)
        {
            _headed = true;
            output.WriteLine(string.Join("  ", table.Columns.Select((name, i) => Pad(name, i))).TrimEnd());
        }

        foreach (var row in table.Rows(result).Where(Wanted))
            output.WriteLine(json ? Json(row) : string.Join("  ", row.Select((value, i) => Pad(Show(value), i))).TrimEnd());
        output.Flush();
    }

    private bool Wanted(object?[] row) =>
        wanted.All(w => Array.IndexOf(table.Columns, w.Key) is var at and >= 0 && string.Equals(Show(row[at]), w.Value, StringComparison.OrdinalIgnoreCase));

    private string Pad(string text, int column)
    {
        var name = table.Columns[column];
        return name is "facet" or "category" or "state" or "severity" or "kind" or "message" ? text.PadRight(name == "category" ? NameWidth : Math.Max(8, name.Length)) : text.PadLeft(Math.Max(6, name.Length));
    }

    private static string Show(object? value) => value switch
    {
        null or double.NaN => "-",
        bool truth => truth ? "yes" : "no",
        double number => Math.Abs(number) is >= 1e5 or (< 1e-3 and > 0) ? number.ToString("0.00e0", CultureInfo.InvariantCulture) : number.ToString("0.####", CultureInfo.InvariantCulture),
        IFormattable whole => whole.ToString(null, CultureInfo.InvariantCulture),
        _ => string.Concat(value.ToString()!.Where(c => !char.IsControl(c))),
    };

    private string Json(object?[] row)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Relaxed))
        {
            writer.WriteStartObject();
            for (var i = 0; i < row.Length; i++)
            {
                writer.WritePropertyName(table.Columns[i]);
                // JSON has no NaN: a number that is none is null.
                JsonSerializer.Serialize(writer, row[i] is double number && !double.IsFinite(number) ? null : row[i]);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
