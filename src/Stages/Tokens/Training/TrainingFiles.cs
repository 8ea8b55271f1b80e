using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Training;

/// <summary>Finds the files of a training text.</summary>
internal static class TrainingFiles
{
    private const string Remedy = "Name files of .txt, .text, .md, .jsonl, .ndjson or .json (each also as .gz), .bin or .npy, or a folder of them";

    /// <summary>Lists the files, those of a folder in ordinal order.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <exception cref="BadInputException">One is not there or of no known format, or a folder has none of them.</exception>
    public static IReadOnlyList<(string Path, TextName Name)> Of(IReadOnlyList<string> paths)
    {
        var files = new List<(string, TextName)>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                files.AddRange(InFolder(path));
                continue;
            }

            if (!File.Exists(path))
            {
                throw new BadInputException(path, "", "there is no such file", Remedy);
            }

            var name = TextName.Of(path);
            files.Add((path, Problem(name) is { } problem ? throw new BadInputException(path, "", problem, name.Packed ? $"Unpack it (gunzip). {Remedy}" : Remedy) : name));
        }

        return files;
    }

    private static IReadOnlyList<(string, TextName)> InFolder(string folder)
    {
        // A file of .json among others describes them more often than it is a text.
        var files = Directory.EnumerateFiles(folder)
            .Where(f => !Path.GetFileName(f).StartsWith('.'))
            .Order(StringComparer.Ordinal)
            .Select(f => (Path: f, Name: TextName.Of(f)))
            .Where(f => Problem(f.Name) is null && f.Name.Ending != ".json")
            .ToList();
        return files.Count > 0
            ? files
            : throw new BadInputException(folder, "", "the folder has no file of text (its own folders are not looked into)", $"{Remedy}; .json must be named itself");
    }

    private static string? Problem(TextName name) => name.Format switch
    {
        TextFormat.Plain or TextFormat.JsonLines => null,
        TextFormat.TokenBin or TextFormat.TokenNpy => name.Packed ? "packed token ids are not read" : null,
        null => $"the ending '{name.Ending}' does not say what it is",
        _ => $"{name.Ending} is a format of probe texts",
    };
}
