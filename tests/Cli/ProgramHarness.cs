using System.CommandLine;

namespace Emergence.Cli.Tests;

/// <summary>Runs the program in memory with its own output, error and environment.</summary>
internal sealed class ProgramHarness : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public ProgramHarness()
    {
        Folder = Directory.CreateTempSubdirectory("emergence-cli-").FullName;
        Host = new CliHost { Output = _output, Error = _error, Environment = name => Environment.GetValueOrDefault(name), EnvironmentNames = () => Environment.Keys, OpenBinaryOutput = () => Binary, Terminal = null };
    }

    public string Folder { get; }

    public CliHost Host { get; }

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Standard output as bytes, where a verb writes such.</summary>
    public MemoryStream Binary { get; } = new();

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public string File(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public string SubFolder(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;

    public Task<int> RunAsync(Command verb, params string[] arguments) => new EmergenceProgram(Host, verb).RunAsync(arguments);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }
}
