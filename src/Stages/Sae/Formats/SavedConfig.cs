using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Sae.Formats;

/// <summary>The <c>cfg.json</c> of a saved SAE, read value by value.</summary>
internal sealed class SavedConfig : IDisposable
{
    /// <summary>Greatest d, F and k. What their product may be, the tensors' file decides: nothing is allocated before its shapes agree.</summary>
    private const int GreatestSize = 1 << 24;

    private const int LargestBytes = 4 << 20;
    private const string Remedy = "Save the SAE again with the library that made it";

    private readonly JsonDocument _document;

    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">It is not a JSON object.</exception>
    public SavedConfig(string path)
    {
        Path = path;
        _document = StrictJson.Read(path, LargestBytes, Remedy);
        if (_document.RootElement.ValueKind != JsonValueKind.Object)
        {
            _document.Dispose();
            throw new BadInputException(path, "", $"it holds {StrictJson.Name(_document.RootElement.ValueKind)}, not an object", Remedy);
        }
    }

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>A text; null when the key is absent or null.</summary>
    public string? Text(string key) => Find(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Bad(key, "it is not a text"),
    };

    /// <summary>True or false; the fallback when the key is absent or null.</summary>
    public bool Flag(string key, bool fallback) => Find(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Bad(key, "it is neither true nor false"),
    };

    /// <summary>A size from <paramref name="least"/> on; the fallback when the key is absent or null.</summary>
    public int Size(string key, int? fallback = null, int least = 1) => Find(key) switch
    {
        null => fallback ?? throw Bad(key, "it is missing"),
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= least && number <= GreatestSize => number,
        _ => throw Bad(key, $"it is not a whole number from {least} to {GreatestSize}"),
    };

    /// <summary>A text inside the object of another key; null when there is none.</summary>
    public string? TextIn(string key, string inner) =>
        Find(key) is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(inner, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    /// <summary>The error that a value is not one this program computes.</summary>
    public BadInputException Refusal(string key, string value, string remedy) =>
        new(Path, key, $"'{SafetensorsHeader.Quote(value)}' is not supported", remedy);

    public void Dispose() => _document.Dispose();

    private JsonElement? Find(string key) =>
        _document.RootElement.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private BadInputException Bad(string key, string problem) => new(Path, key, problem, Remedy);
}
