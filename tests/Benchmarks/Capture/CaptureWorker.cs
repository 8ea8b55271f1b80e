using System.Globalization;
using Emergence.Benchmarks.Sae.Workers;
using Emergence.Stages.Capture;
using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using Emergence.Stages.Workers;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Capture;

/// <summary>
/// Our side of a <see cref="Worker"/>; capture_reference.py is the other and answers the same commands.
/// <code>
/// shape ROWS LENGTH   takes batches of that shape from now on
/// run SECONDS         -> batches and seconds: batches until that much time is over
/// sum                 -> mean magnitude of the activations of a batch, and that of its last token
/// memory              -> greatest resident bytes of this process
/// </code>
/// </summary>
internal static class CaptureWorker
{
    public const string Verb = "capture-worker";

    /// <summary>The CPU's own kernels.</summary>
    public const string Kernels = "kernels";

    /// <summary>The tensor library's operations.</summary>
    public const string Tensors = "tensors";

    public static void Run(string[] args, TextReader input, TextWriter output)
    {
        var threads = int.Parse(args[2], CultureInfo.InvariantCulture);
        set_num_threads(threads);
        using var model = LanguageModel.Load(args[0]);
        using var crew = new WorkerCrew(threads);
        using var capture = new ActivationCapture(model, [new Hook(CaptureModel.Layer, HookPoint.ResidPost)], args[1] == Kernels ? crew : null, take: true);
        TokenBatch? batch = null;
        while (input.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            double[] answer = [];
            switch (words[0])
            {
                case "shape":
                    batch = Batch(int.Parse(words[1]), int.Parse(words[2]));
                    break;
                case "run":
                    answer = StepClock.Run(() => capture.Capture(batch!).Dispose(), double.Parse(words[1]));
                    break;
                case "sum":
                    answer = Sum(capture, batch!);
                    break;
                case "memory":
                    answer = [ResidentMemory.Greatest()];
                    break;
            }

            output.WriteLine($"= {string.Join(' ', answer)}");
            output.Flush();
        }
    }

    private static TokenBatch Batch(int rows, int length) =>
        new(CaptureModel.Tokens(rows * length), length, [.. Enumerable.Range(0, rows).Select(r => new RowSource(r, 0, length))]);

    private static double[] Sum(ActivationCapture capture, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        using var captured = capture.Capture(batch);
        var activations = captured.Activations[0];
        return [activations.abs().mean().item<float>(), activations[-1].abs().mean().item<float>()];
    }
}
