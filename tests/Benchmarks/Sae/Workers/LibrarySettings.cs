using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>Variables of the environment from which libtorch and OpenBLAS choose their kernels: the same for both sides.</summary>
internal static class LibrarySettings
{
    private static readonly string[] Misleading = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

    /// <summary>
    /// Runs this benchmark once more without the variables that make OpenBLAS slow, when one is set: the library reads them before any of our code runs.
    /// </summary>
    /// <param name="benchmark">The benchmark's name on the command line.</param>
    /// <param name="args">What follows it.</param>
    /// <param name="output">Told what was removed.</param>
    /// <returns>The exit status of that run; null when there was nothing to remove.</returns>
    public static int? RestartWithout(string benchmark, string[] args, TextWriter output)
    {
        var set = Misleading.Where(name => Environment.GetEnvironmentVariable(name) is not null).ToList();
        if (set.Count == 0)
        {
            return null;
        }

        output.WriteLine($"removed for both sides: {string.Join(", ", set.Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}"))}");
        output.Flush();
        var start = OwnProgram([benchmark, .. args]);
        set.ForEach(name => start.Environment.Remove(name));
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>This program with other arguments.</summary>
    public static ProcessStartInfo OwnProgram(IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        // Started as "dotnet Benchmarks.dll", the program is the host and its first argument the assembly.
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new ProcessStartInfo(program, [typeof(LibrarySettings).Assembly.Location, .. arguments])
            : new ProcessStartInfo(program, arguments);
    }

    /// <summary>
    /// What the product sets for itself, for PyTorch too: kernels for this processor, which libtorch and OpenBLAS may take for an older one, and an
    /// allocator that keeps freed memory, without which the dense trainer spends most of its time on page faults. And short spinning at OpenMP's
    /// barriers: one run each, csr made 188 000 tokens per second with it and 184 000 by default; minutes later, when something
    /// else ran, 65 000 and 9 000, which would have flattered us. How much else ran was not measured.
    /// </summary>
    public static void Tune(ProcessStartInfo start)
    {
        start.Environment["GOMP_SPINCOUNT"] = "10000";
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = start.Environment["MALLOC_TRIM_THRESHOLD_"] = $"{1 << 30}";
        if (Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported)
        {
            start.Environment["ATEN_CPU_CAPABILITY"] = "avx512";
            start.Environment["OPENBLAS_CORETYPE"] = "SkylakeX";
        }
        else if (Avx2.IsSupported && Fma.IsSupported)
        {
            start.Environment["ATEN_CPU_CAPABILITY"] = "avx2";
            start.Environment["OPENBLAS_CORETYPE"] = "Haswell";
        }
    }
}
