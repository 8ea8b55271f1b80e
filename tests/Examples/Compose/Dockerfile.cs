using System.Text.RegularExpressions;

namespace Emergence.Examples.Tests.Compose;

/// <summary>The instructions of a Dockerfile, each on one line.</summary>
internal sealed partial class Dockerfile
{
    /// <summary>Reads one.</summary>
    /// <param name="path">The file.</param>
    public Dockerfile(string path) => Instructions =
    [
        .. Continued().Replace(string.Join('\n', File.ReadAllLines(path).Where(line => !line.TrimStart().StartsWith('#'))), " ")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' ', 2))
            .Select(parts => (parts[0], parts[1])),
    ];

    /// <summary>Name and arguments.</summary>
    public IReadOnlyList<(string Name, string Arguments)> Instructions { get; }

    /// <summary>The instructions of a stage.</summary>
    /// <param name="stage">Which, from 0.</param>
    public IReadOnlyList<(string Name, string Arguments)> Stage(int stage)
    {
        var starts = Instructions.Index().Where(i => i.Item.Name == "FROM").Select(i => i.Index).Append(Instructions.Count).ToList();
        return [.. Instructions.Take(starts[stage]..starts[stage + 1])];
    }

    /// <summary>Arguments of every instruction of a name.</summary>
    public IEnumerable<string> All(string name) => Instructions.Where(i => i.Name == name).Select(i => i.Arguments);

    /// <summary>Debian packages that instructions install.</summary>
    public static IReadOnlyList<string> Packages(IEnumerable<(string Name, string Arguments)> instructions) =>
    [
        .. instructions.Where(i => i.Name == "RUN").Select(i => AptInstall().Match(i.Arguments)).Where(m => m.Success)
            .SelectMany(m => m.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex(@"apt-get install -y --no-install-recommends ([^&]+)&&")]
    private static partial Regex AptInstall();
}
