using Emergence.Stages.Activations;
using Emergence.Stages.Input;
using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Cli.Sae;

/// <summary>Trains an SAE on a file of activations, with the trainer of the pipeline, scores it and writes it. Synchronous: all tensor work stays on the caller's thread.</summary>
/// <param name="settings">Valid settings.</param>
/// <param name="say">Takes a line of progress.</param>
/// <param name="time">The clock.</param>
internal sealed class SaeTrainRun(SaeTrainSettings settings, Action<string> say, TimeProvider time)
{
    /// <summary>Runs it.</summary>
    /// <param name="stop">Gives up; nothing is written.</param>
    /// <returns>What was measured, and the best feature of each label when there are labels.</returns>
    /// <exception cref="BadInputException">A file cannot be read or does not fit, or the result's folder cannot be written: that is known before training.</exception>
    public (SaeTrainResult Result, IReadOnlyList<LabelFeature>? Labels) Run(CancellationToken stop)
    {
        var start = time.GetTimestamp();
        set_num_threads(settings.ThreadCount);
        using var activations = ActivationFile.Open(settings.Activations, settings.Tensor, settings.BFloat16);
        using var eval = settings.Eval is { } path ? ActivationFile.Open(path, settings.Tensor, settings.BFloat16) : null;
        var warm = settings.WarmFrom is { } folder ? WarmStart.Read(folder) : null;
        var heldOut = HeldOutRows.Of(activations, eval);
        var plan = TrainPlan.Of(settings, warm, activations.Dimension, heldOut.TrainRows);
        using var output = TrainFolder.Prepare(settings.Out);
        var labelled = heldOut.ReadLabels(settings.Labels, plan.Features);
        using var trainer = TrainerFactory.Create(plan.Options, activations.Dimension, settings.ThreadCount, settings.Device);
        warm?.Load(trainer);
        say($"{settings.Activations}: {heldOut.TrainRows} rows of {activations.Dimension} to train on, {heldOut.Count} {(settings.Eval is null ? "held out" : $"of {settings.Eval} to score")}; {plan.Steps} steps of {plan.Batch}");

        var loop = Train(trainer, activations, heldOut, plan, stop);
        var score = new RowScore(heldOut.File, plan.Features, (x, into, sums) => trainer.Encode(x, into, sums), time);
        score.Run(
            heldOut.First, heldOut.Count,
            labelled is var (labels, counts) ? (at, firings) => counts.Add(firings, labels.Labels.Slice(at, firings.TokenCount)) : null,
            stop);
        var best = labelled?.Counts.Best();

        var seconds = Seconds(trainer, loop, score, time.GetElapsedTime(start).TotalSeconds);
        var result = Result(trainer, heldOut, plan, loop, score.Sums, seconds, activations.Dimension);
        output.Write(trainer, Provenance(), result, best);
        return (result, best);
    }

    private TrainLoop Train(SaeTrainer trainer, ActivationFile activations, HeldOutRows heldOut, TrainPlan plan, CancellationToken stop)
    {
        var loop = new TrainLoop(trainer, new RowCycle(activations, heldOut.TrainRows), plan.Batch, say, time);
        var trained = loop.Run(plan.Steps, stop);
        if (!trained)
        {
            throw new BadInputException(
                settings.Activations, loop.BrokenRow is { } row ? $"row {row}" : "",
                loop.BrokenRow is null ? "its numbers are too large to be squared" : "every batch has a number that is not finite", "Mend what made them");
        }

        if (trainer.Summary.RefusedBatches > 0)
            say($"{trainer.Summary.RefusedBatches} batches were left out because a number in them is not finite, the first in row {loop.BrokenRow}");
        if (trainer.Summary.SkippedSteps > 0)
            say($"{trainer.Summary.SkippedSteps} steps were not taken because numbers were too large to be squared");
        return loop;
    }

    private SaeTrainResult Result(
        SaeTrainer trainer, HeldOutRows heldOut, TrainPlan plan, TrainLoop loop, ReconstructionSums sums, Dictionary<string, double> seconds, int dimension)
    {
        var summary = trainer.Summary;
        return new SaeTrainResult
        {
            Tokens = summary.Tokens,
            Steps = summary.Steps,
            TokensPerSecond = SaeJson.Number(summary.Tokens / loop.StepSeconds),
            Fvu = SaeJson.Number(sums.Fvu),
            L0 = SaeJson.Number(sums.L0),
            DeadFraction = sums.DeadFraction,
            EvalRows = heldOut.Count,
            EvalFrom = heldOut.File.Path,
            HeldOut = settings.Eval is null,
            TrainRows = heldOut.TrainRows,
            RefusedBatches = summary.RefusedBatches,
            SkippedSteps = summary.SkippedSteps,
            Seconds = seconds,
            PeakMemoryBytes = PeakMemory.Bytes(),
            Architecture = plan.Options.Architecture.ToString().ToLowerInvariant(),
            K = plan.Options.K,
            Features = plan.Features,
            Dimension = dimension,
            Batch = plan.Batch,
            Seed = settings.Seed,
            Threads = settings.ThreadCount,
            Device = settings.Device.ToString().ToLowerInvariant(),
            LearningRate = plan.LearningRate,
            ColdLearningRate = plan.ColdLearningRate,
            WarmFrom = settings.WarmFrom,
            Activations = settings.Activations,
            Out = settings.Out,
        };
    }

    // The kernels' are parts of "step"; the rest of it is between them.
    private static Dictionary<string, double> Seconds(SaeTrainer trainer, TrainLoop loop, RowScore score, double total) => new(trainer.KernelSeconds)
    {
        ["total"] = total,
        ["read"] = loop.ReadSeconds + score.ReadSeconds,
        ["step"] = loop.StepSeconds,
        ["eval"] = score.EncodeSeconds,
    };

    private SaeProvenance Provenance() => new(settings.Model, settings.Layer, null, 0, new Dictionary<string, string>
    {
        ["emergence_activations"] = Path.GetFileName(settings.Activations),
        ["emergence_seed"] = $"{settings.Seed}",
    })
    {
        Point = settings.Hook,
    };
}
