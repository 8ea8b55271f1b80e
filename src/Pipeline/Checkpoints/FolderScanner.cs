using System.Globalization;
using System.Text;
using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// Looks at a folder of checkpoints. A checkpoint is whole when <c>config.json</c> and <c>tokenizer.json</c> are JSON
/// objects and every weight file is there, as long as its header says. Headers are read again only after a change.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="pattern">Which folders in it are checkpoints.</param>
internal sealed class FolderScanner(string root, CheckpointPattern pattern)
{
    private const int LargestText = 1 << 26;
    private const string Remedy = "Wait until the checkpoint is written completely, or copy it again";
    private static readonly string[] s_texts = ["config.json", "tokenizer.json"];

    private readonly Dictionary<string, FolderLook> _looks = new(StringComparer.Ordinal);

    /// <summary>Lists the checkpoint folders, whole or not.</summary>
    /// <returns>Step and path of each, in no order.</returns>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    public IEnumerable<(long Step, string Folder)> List()
    {
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            if (pattern.TryStep(Path.GetFileName(folder), out var step))
            {
                yield return (step, folder);
            }
        }
    }

    /// <summary>Looks at one checkpoint.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="folder">Its path.</param>
    /// <returns>What was found; null when the folder went away meanwhile.</returns>
    public FolderLook? Look(long step, string folder)
    {
        if (Signature(folder) is not { } signature)
        {
            _looks.Remove(folder);
            return null;
        }

        if (_looks.TryGetValue(folder, out var known) && known.Signature == signature)
        {
            return known;
        }

        FolderLook look;
        try
        {
            Inspect(folder);
            look = new FolderLook(step, folder, signature, null, TrainingProgress.Read(folder, step));
        }
        catch (BadInputException e)
        {
            look = new FolderLook(step, folder, signature, e, null);
        }

        return _looks[folder] = look;
    }

    private static void Inspect(string folder)
    {
        foreach (var name in s_texts)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                throw new BadInputException(folder, "", $"{name} is missing", Remedy);
            }

            using var json = StrictJson.Read(path, LargestText, Remedy);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new BadInputException(path, "", $"a JSON object is expected, not {StrictJson.Name(json.RootElement.ValueKind)}", Remedy);
            }
        }

        SafetensorsFolder.Open(folder).Dispose();
    }

    private static string? Signature(string folder)
    {
        try
        {
            var text = new StringBuilder();
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"{file.Name}|{file.Length}|{file.LastWriteTimeUtc.Ticks}\n");
            }

            return text.ToString();
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that went away between listing and asking for its length, or a folder that may not be read: it is looked
            // at again, and Inspect names what is wrong with what is left.
            return Directory.Exists(folder) ? $"unreadable: {e.Message}" : null;
        }
    }
}
