using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Emergence.Apache.Arrow.Tests;

/// <summary>A script over packages of npm that reads files and prints what it finds as JSON. Its packages are installed when it first runs.</summary>
/// <param name="folder">The folder with <c>read.mjs</c>, <c>package.json</c> and its lock.</param>
/// <param name="name">A name of the installation that no other has.</param>
internal sealed class NpmScript(string folder, string name)
{
    private readonly Lazy<string> _installed = new(() => Install(folder, name));

    /// <summary>Runs the script over files of these bytes.</summary>
    /// <param name="files">What to write before a file's path, and the bytes.</param>
    public JsonArray Read(IEnumerable<(string Prefix, byte[] Bytes)> files)
    {
        var temporary = Directory.CreateTempSubdirectory("emergence-arrow-");
        try
        {
            var arguments = files.Select((file, i) =>
            {
                var path = Path.Combine(temporary.FullName, $"{i}.arrow");
                File.WriteAllBytes(path, file.Bytes);
                return file.Prefix + path;
            }).ToList();
            return JsonNode.Parse(Run("node", _installed.Value, ["read.mjs", .. arguments]))!.AsArray();
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static string Install(string folder, string name)
    {
        using var mutex = new Mutex(false, $"emergence-{name}");
        mutex.WaitOne();
        try
        {
            // npm writes this file last, so it says that the installation is whole.
            if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
            {
                Run("npm", folder, ["ci", "--no-audit", "--no-fund"]);
            }
        }
        finally
        {
            mutex.ReleaseMutex();
        }

        return folder;
    }

    private static string Run(string program, string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {arguments.First()} failed: {errors.Result}\nIf npm's parts are the cause: (cd '{folder}' && npm ci)");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{program} cannot be started: install node and npm, then (cd '{folder}' && npm ci)", e);
        }
    }
}
