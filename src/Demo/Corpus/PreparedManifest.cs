using System.Security.Cryptography;
using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Demo.Corpus;

/// <summary>
/// Says what lies prepared in a folder (<c>prepared.json</c>, written last), so that it need not be made again: what was
/// asked for, the counts, and the SHA-256 of the source and of every file.
/// </summary>
internal sealed record PreparedManifest
{
    /// <summary>The manifest's file name.</summary>
    public const string FileName = "prepared.json";

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, NewLine = "\n", AllowDuplicateProperties = false };

    /// <summary>Version of the rules by which the texts are made: raise it when the same corpus and seed give other bytes.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Seed of the split.</summary>
    public ulong Seed { get; init; }

    /// <summary>What was asked for.</summary>
    public PreparationOptions Options { get; init; } = new();

    /// <summary>SHA-256 over the corpus's documents; null in a question about texts whose source is gone.</summary>
    public string? Source { get; init; }

    /// <summary>Words of the probe text.</summary>
    public long ProbeTokens { get; init; }

    /// <summary>Documents of the training text.</summary>
    public int TrainingDocuments { get; init; }

    /// <summary>Words of the training text.</summary>
    public long TrainingTokens { get; init; }

    /// <summary>SHA-256 of each file, by its name.</summary>
    public SortedDictionary<string, string> Files { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Reads the manifest of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The manifest; null when there is none that can be read: then the texts are made again.</returns>
    public static PreparedManifest? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<PreparedManifest>(File.ReadAllBytes(Path.Combine(folder, FileName)), s_json);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes the manifest.</summary>
    /// <param name="folder">The folder.</param>
    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, s_json));

    /// <summary>Whether the folder holds just what the manifest says.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">The files that must be there.</param>
    /// <returns>True when every file is there with its hash.</returns>
    public bool Holds(string folder, IReadOnlyList<string> names) =>
        names.All(name => Files.TryGetValue(name, out var hash) && File.Exists(Path.Combine(folder, name)) && Hash([Path.Combine(folder, name)]) == hash);

    /// <summary>Hashes files, one after the other, each preceded by its length.</summary>
    /// <param name="paths">The files.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Hash(IReadOnlyList<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths)
        {
            var bytes = File.ReadAllBytes(path);
            hash.AppendData(BitConverter.GetBytes((long)bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
