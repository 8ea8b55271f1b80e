using System.Runtime.Intrinsics.X86;

namespace Emergence.Benchmarks.Sae;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var name = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        var widest = Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "no AVX2";
        return $"{name?.Split(':')[1].Trim() ?? "unknown processor"}, {Environment.ProcessorCount} cores, {widest}";
    }
}
