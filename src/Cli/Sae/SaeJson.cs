using System.Text.Encodings.Web;
using System.Text.Json;

namespace Emergence.Cli.Sae;

/// <summary>How results become JSON: names like <c>tokens_per_second</c>.</summary>
internal static class SaeJson
{
    /// <summary>On one line.</summary>
    public static JsonSerializerOptions OneLine { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>For a file that people open.</summary>
    public static JsonSerializerOptions Indented { get; } = new(OneLine) { WriteIndented = true, NewLine = "\n" };

    /// <summary>A number as JSON has it: null where it is none.</summary>
    public static double? Number(double value) => double.IsFinite(value) ? value : null;
}
