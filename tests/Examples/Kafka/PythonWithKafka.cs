using System.Diagnostics;

namespace Emergence.Examples.Tests.Kafka;

/// <summary>The Python that has confluent-kafka: $PYTHON when it is set, else the first on the PATH that has it, else Debian's.</summary>
internal static class PythonWithKafka
{
    /// <summary>The program; null when no Python of this machine has the package.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } chosen ? [chosen] : new[] { "python3", "/usr/bin/python3" })
        .FirstOrDefault(python => Has(python, "confluent_kafka"));

    /// <summary>Whether it has pyarrow itself.</summary>
    public static bool HasPyarrow { get; } = Path is not null && Has(Path, "pyarrow");

    /// <summary>Whether it can draw.</summary>
    public static bool HasMatplotlib { get; } = Path is not null && Has(Path, "matplotlib");

    private static bool Has(string python, string module)
    {
        try
        {
            using var process = Process.Start(ConsumerPrograms.Redirected(python, "-c", $"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)"))!;
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
