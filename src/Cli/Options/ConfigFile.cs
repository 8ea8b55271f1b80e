using System.Text.Json;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Options;

/// <summary>The JSON file of <c>--config</c>: one object whose names are those of the settings, such as <c>{ "k": 32, "layers": [0, 1] }</c>.</summary>
internal sealed class ConfigFile
{
    private const int MaxBytes = 1 << 20;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private ConfigFile(string path) => Path = path;

    /// <summary>No file: no setting has a value.</summary>
    public static ConfigFile None { get; } = new("");

    /// <summary>The file as the user named it.</summary>
    public string Path { get; }

    /// <summary>Reads a file; what is wrong with it is added to the problems.</summary>
    public static ConfigFile Read(string path, IReadOnlyList<Setting> known, List<SettingProblem> problems)
    {
        var config = new ConfigFile(path);
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                problems.Add(new("--config", $"{path} is larger than {MaxBytes} bytes", "name a JSON file of settings"));
                return config;
            }

            var options = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), options);
            config.Fill(document.RootElement, known, problems);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new("--config", error.Message.TrimEnd('.'), "name a JSON file that can be read"));
        }
        catch (JsonException error)
        {
            problems.Add(new("--config", $"{path} is not JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine})", "write it as { \"k\": 32, \"layers\": [0, 1] }"));
        }

        return config;
    }

    /// <summary>The text of a setting; null when the file does not have it.</summary>
    public string? Find(string name) => _values.GetValueOrDefault(name);

    private void Fill(JsonElement root, IReadOnlyList<Setting> known, List<SettingProblem> problems)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new("--config", $"{Path} does not hold a JSON object", "write it as { \"k\": 32, \"layers\": [0, 1] }"));
            return;
        }

        foreach (var property in root.EnumerateObject())
        {
            if (!known.Any(s => s.Name == property.Name))
                problems.Add(new($"{property.Name} in {Path}", "there is no such setting", $"use one of {string.Join(", ", known.Select(s => s.Name))}"));
            else if (ToText(property.Value) is { } text)
                _values[property.Name] = text;
            else
                problems.Add(new($"{property.Name} in {Path}", "is neither a value nor a list of values", "write it as a number, a text, true, false or a list of numbers"));
        }
    }

    private static string? ToText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind is JsonValueKind.Number) => string.Join(',', value.EnumerateArray().Select(v => v.GetRawText())),
        JsonValueKind.Null => "",
        _ => null,
    };
}
