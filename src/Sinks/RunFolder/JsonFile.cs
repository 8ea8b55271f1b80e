using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Emergence.Stages.Input;

namespace Emergence.Sinks.RunFolder;

/// <summary>How the JSON files of a run folder are written, and read back strictly.</summary>
internal static class JsonFile
{
    // A commit lists a few hundred files at most; anything larger is not one.
    private const long LargestBytes = 16 << 20;

    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="BadInputException">The file is missing, too large, or not the JSON that is expected.</exception>
    public static T Read<T>(string path, string remedy)
        where T : class => Parse<T>(path, ReadBytes(path, remedy), remedy);

    /// <summary>The bytes of such a file.</summary>
    /// <exception cref="BadInputException">The file is missing or too large.</exception>
    public static byte[] ReadBytes(string path, string remedy)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > LargestBytes)
            {
                throw new BadInputException(path, "", $"it has {stream.Length} bytes, more than such a file can need", remedy);
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message}", remedy, e);
        }
    }

    /// <exception cref="BadInputException">The bytes are not the JSON that is expected.</exception>
    public static T Parse<T>(string path, byte[] bytes, string remedy)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, Options) ?? throw new BadInputException(path, "", "it says null", remedy);
        }
        catch (JsonException e)
        {
            throw new BadInputException(path, e.LineNumber is { } line ? $"line {line + 1}" : "", $"it is not the JSON that belongs here: {e.Message}", remedy, e);
        }
    }
}
