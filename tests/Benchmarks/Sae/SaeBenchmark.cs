using Emergence.Benchmarks.Sae.Layers;
using Emergence.Benchmarks.Sae.Quality;
using Emergence.Benchmarks.Sae.Speed;
using Emergence.Benchmarks.Sae.Warm;
using Emergence.Benchmarks.Sae.Workers;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae;

/// <summary>The SAE trainer against PyTorch, run alternately in the same minutes: speed, quality, warm starts, several layers.</summary>
internal static class SaeBenchmark
{
    public static int Run(string[] args, TextWriter output)
    {
        SaeBenchmarkOptions options;
        try
        {
            options = SaeBenchmarkOptions.Parse(args);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            Console.Error.WriteLine($"{e.Message}\n{SaeBenchmarkOptions.Usage}");
            return 2;
        }

        if (LibrarySettings.RestartWithout("sae", args, output) is { } status)
        {
            return status;
        }

        set_num_threads(options.Threads);
        var launcher = WorkerLauncher.Find(options.Threads, options.Seed, output);
        output.WriteLine($"{Machine.Describe()}; {options.Threads} threads; {launcher.Reference}");
        if (!options.Quality && !options.Warm && !options.Layers)
        {
            foreach (var shape in options.Cases)
            {
                SpeedTable.Print(shape, options, launcher, output);
            }

            QualityTable.Print(SaeCase.Small, steps: options.Quick ? 100 : 400, options, launcher, output);
        }

        if (options.Quality)
        {
            foreach (var shape in options.Cases)
            {
                QualityTable.Print(shape, options.Quick ? 100 : shape.Steps, options, launcher, output);
            }

            TimeToQualityTable.Print(SaeCase.Small, options, launcher, output);
        }

        if (options.Warm)
        {
            WarmStartTable.Print(options, output);
        }

        if (options.Layers)
        {
            foreach (var shape in options.Cases)
            {
                LayerTable.Print(shape, options, output);
            }
        }

        return 0;
    }
}
