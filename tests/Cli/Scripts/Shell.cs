using System.Diagnostics;

namespace Emergence.Cli.Tests.Scripts;

/// <summary>A made-up product folder in which the start scripts' functions run, with a made-up <c>dotnet</c>.</summary>
internal sealed class Shell : IDisposable
{
    public Shell()
    {
        Root = Directory.CreateTempSubdirectory("emergence-scripts-").FullName;
        Product = ProductFolder.Find(_ => null);
    }

    public string Root { get; }

    /// <summary>The real product folder, whose scripts are tested.</summary>
    public string Product { get; }

    /// <summary>Puts a program of that name before all others.</summary>
    public void Program(string name, string script) => Write("bin/" + name, "#!/bin/sh\n" + script);

    public string Write(string name, string content)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Runs commands after both scripts were sourced.</summary>
    public (int Code, string[] Lines) Run(string commands, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"chmod +x '{Root}'/bin/* 2>/dev/null || :; set -eu; root='{Root}'; . '{Product}/scripts/setup.sh'; . '{Product}/scripts/suite.sh'; {commands}");
        start.Environment["PATH"] = $"{Root}/bin:{start.Environment["PATH"]}";
        start.Environment.Remove("EMERGENCE_LIBTORCH");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, (output + error.Result).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
