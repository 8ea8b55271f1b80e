using System.Diagnostics;
using Emergence.TestKit;

namespace Emergence.Examples.Tests;

/// <summary>The Python that has PyTorch: $PYTHON when it is set, else the first on the PATH that has it, else Debian's.</summary>
internal static class PythonWithTorch
{
    private const string Debian = "/usr/bin/python3";

    /// <summary>The program; null when no Python of this machine has PyTorch.</summary>
    public static string? Path { get; } = Find();

    /// <summary>Folder of the scripts that only the tests use.</summary>
    public static string Scripts { get; } = System.IO.Path.Combine(ProductRoot.Find(), "tests", "Examples", "python");

    /// <summary>How to start a script with the examples at hand, on one thread, leaving no byte code among the sources.</summary>
    /// <param name="arguments">The script, in <see cref="Scripts"/>, and its arguments.</param>
    public static ProcessStartInfo Script(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path!, ["-B", .. arguments])
        {
            WorkingDirectory = Scripts,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONPATH"] = System.IO.Path.Combine(ProductRoot.Find(), "examples", "python");
        start.Environment["OMP_NUM_THREADS"] = "1";
        return start;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } chosen)
        {
            return HasTorch(chosen) ? chosen : null;
        }

        return Array.Find(["python3", Debian], HasTorch);
    }

    private static bool HasTorch(string python)
    {
        try
        {
            var start = new ProcessStartInfo(python, ["-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)"]) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
