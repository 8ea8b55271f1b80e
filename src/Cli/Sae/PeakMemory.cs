using System.Diagnostics;

namespace Emergence.Cli.Sae;

/// <summary>The most memory this process had resident.</summary>
internal static class PeakMemory
{
    private const string Status = "/proc/self/status";
    private const string Line = "VmHWM:";

    /// <summary>Bytes, shared libraries included.</summary>
    public static long Bytes()
    {
        if (File.Exists(Status)
            && File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(Line, StringComparison.Ordinal)) is { } line
            && long.TryParse(line[Line.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), out var kilobytes))
            return kilobytes << 10;
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
