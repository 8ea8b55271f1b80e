using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Emergence.Cli.Tail;

/// <summary>Prints a table's rows: aligned columns for a person, one JSON object per line for a machine.</summary>
/// <param name="table">The table.</param>
/// <param name="output">Where the rows go.</param>
/// <param name="json">Whether as JSON.</param>
/// <param name="named">Whether every row names its run.</param>
internal sealed class TextTail(TailTable table, TextWriter output, bool json, bool named) : ITailOutput
{
    private const int NameWidth = 20;
    private readonly string[] _columns = named ? ["run", .. table.Columns] : table.Columns;
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private bool _headed;

    /// <inheritdoc/>
    public void Show(TailPiece piece)
    {
        if (!json && !_headed)
        {
            _headed = true;
            output.WriteLine(string.Join("  ", _columns.Select((name, i) => Pad(name, i))).TrimEnd());
        }

        foreach (var row in table.Rows(piece.Rows).Select(row => named ? [piece.Run.Run, .. row] : row))
            output.WriteLine(json ? Json(row) : string.Join("  ", row.Select((value, i) => Pad(Show(value), i))).TrimEnd());
        output.Flush();
    }

    /// <inheritdoc/>
    public void End()
    {
    }

    private string Pad(string text, int column)
    {
        var name = _columns[column];
        return name is "run" or "facet" or "category" or "state" or "severity" or "kind" or "message" ? text.PadRight(name is "category" or "run" ? NameWidth : Math.Max(8, name.Length)) : text.PadLeft(Math.Max(6, name.Length));
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
                writer.WritePropertyName(_columns[i]);
                // JSON has no NaN: a number that is none is null.
                JsonSerializer.Serialize(writer, row[i] is double number && !double.IsFinite(number) ? null : row[i]);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
