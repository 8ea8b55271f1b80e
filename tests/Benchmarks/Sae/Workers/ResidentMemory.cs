namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>Memory of this process as the kernel counts it.</summary>
internal static class ResidentMemory
{
    private const string Field = "VmHWM:";

    /// <summary>Greatest resident bytes so far; 0 where /proc does not say.</summary>
    public static double Greatest()
    {
        const string status = "/proc/self/status";
        var line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith(Field, StringComparison.Ordinal)) : null;
        return line is null ? 0 : 1024.0 * long.Parse(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
    }
}
