using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Emergence.Apache.Arrow.Tests;

/// <summary>Reads Arrow bytes with npm's <c>apache-arrow</c>, a reader that shares nothing with ours (<c>read.mjs</c> beside this file).</summary>
internal static class NpmArrow
{
    private static readonly Lazy<string> _folder = new(Install);

    /// <summary>What the independent reader finds in each of several files or streams.</summary>
    public static JsonArray Read(params IEnumerable<byte[]> files)
    {
        var folder = Directory.CreateTempSubdirectory("emergence-arrow-");
        try
        {
            var paths = files.Select((bytes, i) =>
            {
                var path = Path.Combine(folder.FullName, $"{i}.arrow");
                File.WriteAllBytes(path, bytes);
                return path;
            }).ToList();
            return JsonNode.Parse(Run("node", _folder.Value, ["read.mjs", .. paths]))!.AsArray();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Install()
    {
        var folder = Folder();
        using var mutex = new Mutex(false, "emergence-npm-arrow");
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

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

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
