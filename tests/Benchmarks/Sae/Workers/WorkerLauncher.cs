using System.Diagnostics;
using Emergence.Stages.Sae;

namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>Starts the contestants: our trainer, PyTorch's where there is one, and the encoder product alone.</summary>
internal sealed class WorkerLauncher
{
    /// <summary>Kind of the worker that only multiplies.</summary>
    public const string Product = "product";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly int _threads;
    private readonly int _seed;
    private readonly string? _python;

    private WorkerLauncher(int threads, int seed, string? python, string reference)
        => (_threads, _seed, _python, Reference) = (threads, seed, python, reference);

    /// <summary>What the ratios are taken to.</summary>
    public string Reference { get; }

    /// <summary>Kinds of our trainer.</summary>
    public static IReadOnlyList<string> Ours { get; } = Enum.GetNames<SaeArchitecture>();

    /// <summary>Kinds of PyTorch's trainer; none where there is no PyTorch.</summary>
    public IReadOnlyList<string> Theirs => _python is null ? [] : ["csr", "dense"];

    /// <summary>The Python that is asked for torch: $PYTHON, else /usr/bin/python3.</summary>
    public static string Python => Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } chosen ? chosen : "/usr/bin/python3";

    /// <summary>Looks for a Python that has torch: $PYTHON, else /usr/bin/python3.</summary>
    public static WorkerLauncher Find(int threads, int seed, TextWriter output)
    {
        var python = Python;
        if (Version(python) is { } version)
        {
            return new WorkerLauncher(threads, seed, python, $"ratios to PyTorch {version} with OpenBLAS");
        }

        output.WriteLine($"{python} has no torch: PyTorch's rows are left out (Debian: apt-get install python3-torch; or set PYTHON)");
        return new WorkerLauncher(threads, seed, null, "no PyTorch");
    }

    /// <summary>Starts a worker on a file of activations.</summary>
    /// <param name="kind">One of <see cref="Ours"/>, <see cref="Theirs"/> or <see cref="Product"/>.</param>
    /// <param name="shape">Shape of its SAE.</param>
    /// <param name="data">A <c>.npy</c> file, <c>[rows, d]</c>.</param>
    public Worker Start(string kind, SaeCase shape, string data)
    {
        string[] arguments = ["--data", data, "--kind", kind, "--features", $"{shape.Features}", "--k", $"{shape.K}", "--threads", $"{_threads}", "--seed", $"{_seed}"];
        if (!Theirs.Contains(kind))
        {
            return new Worker(kind, LibrarySettings.OwnProgram([SaeWorker.Verb, .. arguments]));
        }

        var start = new ProcessStartInfo(_python!, [Path.Combine(AppContext.BaseDirectory, "Sae", "Reference", "sae_reference.py"), .. arguments]);
        LibrarySettings.Tune(start);
        return new Worker($"PyTorch {kind}", start);
    }

    /// <summary>The version that "import torch" brings; null when the program or the module is missing.</summary>
    public static string? Version(string python)
    {
        try
        {
            var start = new ProcessStartInfo(python, ["-c", "import numpy, torch; print(torch.__version__)"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var version = process.StandardOutput.ReadToEnd().Trim();
            return process.WaitForExit(Patience) && process.ExitCode == 0 ? version : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
