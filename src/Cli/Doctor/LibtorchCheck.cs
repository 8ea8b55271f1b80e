using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace Emergence.Cli.Doctor;

/// <summary>libtorch: whether it loads, which one it is, on which BLAS it computes and how fast.</summary>
/// <param name="measure">Whether to measure a matrix product, which takes every core for a moment.</param>
internal sealed class LibtorchCheck(bool measure = true) : IDoctorCheck
{
    // [M, K] × [K, N]: the shape of an SAE's encoder product (tokens × width × features).
    private const int M = 2048;
    private const int K = 512;
    private const int N = 4096;
    private const double FlopPerProduct = 2.0 * M * K * N;

    // Measured on two AVX-512 cores: reference BLAS 3 GFLOP/s, OpenBLAS with the wrong core type 37 to 56, right 190 to 280.
    private const double BrokenPerThread = 8;
    private const double SlowPerThread = 30;

    /// <inheritdoc/>
    public string Part => "libtorch";

    /// <inheritdoc/>
    public IEnumerable<CheckResult> Check()
    {
        // The first tensor loads the library.
        ones(1).Dispose();
        double? seconds = measure ? ProductSeconds() : null;
        var threads = get_num_threads();
        var torchFile = LoadedLibraries.Named("libtorch_cpu") is [var file, ..] ? file : null;
        yield return new(Part, CheckState.Ok, $"{torchFile ?? "loaded"}{Version(torchFile)}, {threads} threads{(cuda_is_available() ? ", CUDA" : "")}");

        if (seconds is not { } measured)
            yield break;
        var blas = LoadedLibraries.Named("libopenblas", "libblas", "libmkl_core", "libmkl_rt", "libblis");
        yield return Product(FlopPerProduct / measured / 1e9, threads, Environment.ProcessorCount, blas, LoadAverage());
    }

    /// <summary>Judges a measured product.</summary>
    /// <param name="gigaflops">Its speed.</param>
    /// <param name="threads">Threads that took part.</param>
    /// <param name="cores">Cores of the machine.</param>
    /// <param name="blas">BLAS libraries that are loaded.</param>
    /// <param name="load">Programs that ran or wanted to run in the last minute, on the average; NaN where the system does not say.</param>
    internal static CheckResult Product(double gigaflops, int threads, int cores, IReadOnlyList<string> blas, double load)
    {
        const string part = "matrix product";
        var names = blas.Count == 0 ? "" : $" on {string.Join(", ", blas)}";
        var finding = string.Create(CultureInfo.InvariantCulture, $"{gigaflops:0} GFLOP/s, {M}×{K}×{N}{names}");
        var perThread = gigaflops / Math.Max(1, threads);
        if (perThread >= SlowPerThread && threads >= cores)
            return new(part, CheckState.Ok, finding);
        if (perThread >= SlowPerThread)
            return new(part, CheckState.Warning, $"{finding}: {threads} of {cores} cores take part", "Unset OMP_NUM_THREADS, or set it to the cores this program may use");
        if (!(perThread < BrokenPerThread && blas.All(IsReference)) && load > cores)
            return new(part, CheckState.Warning, $"{finding}, measured while other programs take the cores (load {load:0.0} on {cores})", "Run doctor again on an idle machine; give a trainer and a watcher on one machine each its own cores with --threads");
        if (perThread < BrokenPerThread && blas.Count > 0 && blas.All(IsReference))
            return new(part, CheckState.Fault, $"{finding}: the reference BLAS, 50 times slower than OpenBLAS", "As root: apt-get install -y libopenblas0-openmp");
        return perThread < BrokenPerThread
            ? new(part, CheckState.Fault, $"{finding}: far too slow", "End other programs that take the cores (two OpenMP programs on the same cores slow each other tenfold), or give each its own with --threads")
            : new(part, CheckState.Warning, $"{finding}: OpenBLAS may take this processor for an older one", "Unset OPENBLAS_CORETYPE and ATEN_CPU_CAPABILITY so that this program sets them, and see that no other program takes the cores");
    }

    private static double ProductSeconds()
    {
        const int products = 5;
        using var scope = NewDisposeScope();
        var a = ones(M, K);
        var b = ones(K, N);
        mm(a, b).Dispose();
        var best = double.MaxValue;
        for (var i = 0; i < products; i++)
        {
            var start = Stopwatch.GetTimestamp();
            mm(a, b).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    // Debian's OpenBLAS is a libblas.so.3 too, in a folder of its own name.
    private static bool IsReference(string blas) => Path.GetFileName(blas).StartsWith("libblas", StringComparison.Ordinal) && !blas.Contains("openblas", StringComparison.Ordinal);

    private static double LoadAverage()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file) && double.TryParse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture, out var load) ? load : double.NaN;
    }

    /// <summary>The version in the library's file name, as Debian writes it; empty when there is none.</summary>
    private static string Version(string? file)
    {
        var name = Path.GetFileName(file ?? "");
        var at = name.IndexOf(".so.", StringComparison.Ordinal);
        return at < 0 ? "" : $" (version {name[(at + 4)..]})";
    }
}
