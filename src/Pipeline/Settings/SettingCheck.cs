using System.Text;
using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Settings;

/// <summary>Collects what is wrong with settings, so that all of it can be said at once.</summary>
internal sealed class SettingCheck
{
    private readonly List<SettingProblem> _found = [];

    /// <summary>What was wrong so far.</summary>
    public IReadOnlyList<SettingProblem> Found => _found;

    /// <summary>Records a problem.</summary>
    public void Add(string setting, string problem, string remedy) => _found.Add(new(setting, problem, remedy));

    /// <summary>A number that is given must lie in a range, both ends included.</summary>
    public void Range(string setting, long? value, long low, long high, string? lowMeans = null)
    {
        if (value is not { } number || (number >= low && number <= high))
            return;
        var least = lowMeans is null ? $"{low}" : $"{low}, {lowMeans}";
        Add(setting, $"{number} is out of range", high is long.MaxValue or int.MaxValue ? $"use at least {least}" : $"use a number from {least} to {high}");
    }

    /// <summary>A folder that must be there.</summary>
    public void Folder(string setting, string path, string remedy)
    {
        if (path.Length == 0)
            Add(setting, "is missing", remedy);
        else if (File.Exists(path))
            Add(setting, $"{path} is a file, not a folder", remedy);
        else if (!Directory.Exists(path))
            Add(setting, $"{path} does not exist", remedy);
    }

    /// <summary>A file that must be there.</summary>
    public void TextFile(string setting, string path, string remedy)
    {
        if (path.Length == 0)
            Add(setting, "is missing", remedy);
        else if (Directory.Exists(path))
            Add(setting, $"{path} is a folder, not a file", remedy);
        else if (!File.Exists(path))
            Add(setting, $"{path} does not exist", remedy);
    }

    /// <summary>Files or folders, at least one, that must be there.</summary>
    public void Texts(string setting, IReadOnlyList<string> paths, string remedy)
    {
        if (paths.Count == 0)
            Add(setting, "is missing", remedy);
        foreach (var path in paths.Where(p => !File.Exists(p) && !Directory.Exists(p)))
            Add(setting, $"{path} does not exist", remedy);
    }

    /// <summary>A run folder that may be made or continued.</summary>
    public void RunFolder(string setting, string path)
    {
        if (path.Length == 0)
        {
            Add(setting, "is missing", "name the run folder that is to be made or continued");
            return;
        }

        if (File.Exists(path))
            Add(setting, $"{path} is a file", "name a folder");
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (name.Length == 0)
            Add(setting, $"{path} has no name of its own", "name a folder below it, such as runs/first");
        else if (Encoding.UTF8.GetByteCount(name) > WatchLimits.MaxRunNameLength || name.Any(char.IsControl))
            Add(setting, "the run's name is too long or has control characters", $"use at most {WatchLimits.MaxRunNameLength} bytes of printable characters");
    }

    /// <summary>A time that must be above zero.</summary>
    public void Seconds(string setting, double value, double longest)
    {
        if (!(value >= 0.001 && value <= longest))
            Add(setting, $"{value} is out of range", $"use seconds from 0.001 to {longest}");
    }

    /// <summary>A pattern of folder names, when it is given.</summary>
    public void Pattern(string setting, string? pattern)
    {
        if (pattern is null)
            return;
        try
        {
            CheckpointPattern.Parse(pattern);
        }
        catch (ArgumentException e)
        {
            Add(setting, e.Message.Split(" (Parameter", 2)[0].TrimEnd('.'), "write a regular expression of the folders' whole names with a group of digits, such as model_(?<step>[0-9]+)");
        }
    }

    /// <summary>The name of a file in each checkpoint, when it is given.</summary>
    public void FileName(string setting, string? name)
    {
        if (name is not null && (name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal) || name.Contains('\\', StringComparison.Ordinal) || name.Any(char.IsControl)))
            Add(setting, $"\"{name}\" is not the name of a file", $"give a name without a path, such as {WatchLimits.Marker}");
    }

    /// <summary>Layers must be distinct and in range.</summary>
    public void Layers(string setting, IReadOnlyList<int>? layers)
    {
        if (layers is null)
            return;
        if (layers.Count == 0)
            Add(setting, "names no layer", "name layers as 0,1,3 or leave it out for all");
        if (layers.Any(l => l is < 0 or > WatchLimits.MaxLayer))
            Add(setting, $"{string.Join(',', layers)} has a layer out of range", $"layers count from 0 to {WatchLimits.MaxLayer} at most");
        for (var i = 1; i < layers.Count; i++)
        {
            if (layers[i] > layers[i - 1])
                continue;
            Add(setting, $"{string.Join(',', layers)} is not ascending", "name each layer once, the lowest first");
            break;
        }
    }
}
