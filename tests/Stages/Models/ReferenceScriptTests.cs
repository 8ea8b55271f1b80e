using System.Diagnostics;

namespace Emergence.Stages.Tests.Models;

public sealed class ReferenceScriptTests
{
    private const string Debian = "/usr/bin/python3";

    private static (int Code, string Error) Python(string python, params string[] arguments)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error + output.Result);
    }

    /// <summary>A Python that has torch: $PYTHON, else Debian's. Null when there is none.</summary>
    private static string? WithTorch()
    {
        var python = Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } chosen ? chosen : Debian;
        return File.Exists(python) && Python(python, "-c", "import torch").Code == 0 ? python : null;
    }

    [Fact]
    public void The_script_writes_the_committed_fixtures_byte_for_byte()
    {
        if (WithTorch() is not { } python)
        {
            Console.WriteLine("skipped: no Python with torch (Debian: apt-get install python3-torch; or set PYTHON)");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("fixtures-");
        try
        {
            var (code, error) = Python(python, Path.Combine(FamilyFixture.Reference, "generate.py"), folder.FullName);
            Assert.True(code == 0, error);
            var committed = Path.Combine(FamilyFixture.Reference, "Fixtures");
            static string[] Files(string root) => [.. Directory.GetFiles(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f)).Order(StringComparer.Ordinal)];
            Assert.Equal(Files(committed), Files(folder.FullName));
            Assert.All(Files(committed), f => Assert.True(
                File.ReadAllBytes(Path.Combine(committed, f)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder.FullName, f))), $"{f} differs"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
