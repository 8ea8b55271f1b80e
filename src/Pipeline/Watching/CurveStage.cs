using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Watching;

/// <summary>Computes a checkpoint's curves from its counts and joins them to the layers' histories.</summary>
/// <param name="run">The run.</param>
/// <param name="calculator">The statistics.</param>
/// <param name="histories">One per watched layer, in order.</param>
internal sealed class CurveStage(RunContext run, CurveCalculator calculator, LayerHistory[] histories)
{
    public ValueTask ComputeAsync(CountedCheckpoint counted, Emitter<FinishedCheckpoint> emit)
    {
        var work = counted.Work;
        var layers = new LayerAdvance[histories.Length];
        var health = new HealthRow[histories.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            run.Progress.Tell(work.Step, CheckpointPhase.Curves, i, layers.Length);
            var start = run.Time.GetTimestamp();
            var snapshot = work.Layers[i];

            // An inserted checkpoint stands alone: no window of the alert rule and no identity reaches from it or to it.
            var history = work.Inserted ? new LayerHistory(snapshot.Layer) : histories[i];
            layers[i] = history.Advance(work.Step, calculator.Compute(snapshot.Layer, counted.Logs[i]), snapshot.Decoder, snapshot.Width);
            health[i] = Health(work, snapshot, run.Time.GetElapsedTime(start).TotalSeconds);
            run.Progress.Tell(new LayerCurvesComputed(work.Step, work.TokensSeen, snapshot.Layer, layers[i].Curves));
        }

        var result = new CheckpointResult(
            work.Step,
            work.TokensSeen,
            [.. layers.SelectMany(l => l.Curves)],
            FeatureColumns.Concatenate([.. layers.Select(l => l.Features)]),
            FiringColumns.Concatenate([.. layers.Select(l => l.Firings)]),
            health,
            [.. work.Earlier, .. layers.SelectMany(l => l.Events)]);
        return emit.SendAsync(new FinishedCheckpoint(run.Leases, work, result, work.Inserted ? [] : [.. histories.Select(Save)]));
    }

    private static HealthRow Health(CheckpointWork work, LayerSnapshot layer, double secondsCurves) => new(
        layer.Layer,
        work.LmLoss,
        layer.Sums.Fvu,
        layer.Sums.L0,
        layer.Sums.DeadFraction,
        layer.Sums.DenseFraction,
        layer.Sums.Cosine,
        layer.Sums.NormRatio,
        layer.Tokens,
        layer.SecondsTrain > 0 ? layer.Tokens / layer.SecondsTrain : 0,
        work.SecondsCapture,
        layer.SecondsTrain,
        layer.SecondsMeasure,
        secondsCurves,
        work.Distances.Whole,
        work.Distances.Layers.TryGetValue(layer.Layer, out var distance) ? distance : null);

    private static byte[] Save(LayerHistory history)
    {
        using var stream = new MemoryStream();
        history.Save(stream);
        return stream.ToArray();
    }
}
