namespace Emergence.Stages.Tests.Tokens;

/// <summary>A folder of its own for one test, gone afterwards.</summary>
internal sealed class TextFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emergence-tokens-").FullName;

    public string Path(string name) => System.IO.Path.Combine(_folder, name);

    public string Write(string name, params string[] lines)
    {
        File.WriteAllText(Path(name), string.Concat(lines.Select(line => line + "\n")));
        return Path(name);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
