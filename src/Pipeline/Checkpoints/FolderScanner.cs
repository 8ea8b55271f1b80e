using System.Globalization;
using System.Text;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// Looks at a folder of checkpoints. A checkpoint is whole when its contents are, and its marker is there where one is asked for.
/// Headers are read again only after a change. Folders and files may come and go at any moment: that is something to see, not an
/// error.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="options">Which folders in it are checkpoints, and what makes one whole.</param>
internal sealed class FolderScanner(string root, FolderSourceOptions options)
{
    private readonly Dictionary<string, FolderLook> _looks = new(StringComparer.Ordinal);

    /// <summary>Lists the checkpoint folders, whole or not.</summary>
    /// <returns>Step and path of each, in no order.</returns>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    public IEnumerable<(long Step, string Folder)> List()
    {
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            if (options.Pattern.TryStep(Path.GetFileName(folder), out var step))
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
        if (Signature(folder, out var files) is not { } signature)
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
            options.Contents.Check(folder);
            CheckMarker(folder);
            look = new FolderLook(step, folder, signature, null, options.Contents.ReadProgress(folder, step)) { Files = files };
        }
        catch (BadInputException e)
        {
            look = new FolderLook(step, folder, signature, e, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            look = new FolderLook(step, folder, signature, new BadInputException(folder, "", $"it cannot be read: {e.Message.TrimEnd('.')}", "Check that it is readable", e), null);
        }

        // Deleted under the eyes: what was missing is no fault of it.
        if (look.Problem is not null && !Directory.Exists(folder))
        {
            _looks.Remove(folder);
            return null;
        }

        return _looks[folder] = look;
    }

    private void CheckMarker(string folder)
    {
        if (options.Marker is { } marker && !File.Exists(Path.Combine(folder, marker)))
        {
            throw new BadInputException(folder, "", $"{marker} is missing, which says that it is complete", $"Make the file {marker} when the checkpoint is written, or leave --marker out");
        }
    }

    private static string? Signature(string folder, out IReadOnlyList<string> files)
    {
        var names = new List<string>();
        files = names;
        try
        {
            var text = new StringBuilder();
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"{file.Name}|{file.Length}|{file.LastWriteTimeUtc.Ticks}\n");
                if (Path.GetExtension(file.Name) is ".safetensors" or ".json")
                {
                    names.Add(file.Name);
                }
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
            // at again, and the contents' check names what is wrong with what is left.
            return Directory.Exists(folder) ? $"unreadable: {e.Message}" : null;
        }
    }
}
