using Emergence.Stages.Activations;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Sae;

/// <summary>Feeds rows to a trainer, step after step, and says now and then how far it is.</summary>
/// <param name="trainer">The SAE.</param>
/// <param name="rows">Where rows come from.</param>
/// <param name="batch">Rows per step.</param>
/// <param name="say">Takes a line of progress.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainLoop(SaeTrainer trainer, RowCycle rows, int batch, Action<string> say, TimeProvider time)
{
    private long _told;

    /// <summary>Seconds spent reading.</summary>
    public double ReadSeconds { get; private set; }

    /// <summary>Seconds spent in training steps alone.</summary>
    public double StepSeconds { get; private set; }

    /// <summary>Row of the file with the first number that was not finite; null when all were.</summary>
    public long? BrokenRow { get; private set; }

    /// <summary>Trains one checkpoint's worth.</summary>
    /// <param name="steps">Steps.</param>
    /// <param name="stop">Gives up between steps.</param>
    /// <returns>Whether anything was trained on.</returns>
    public bool Run(long steps, CancellationToken stop)
    {
        _told = time.GetTimestamp();
        Timed(() => trainer.BeginCheckpoint(steps * batch));
        var buffer = new float[batch * trainer.Dimension];
        for (long step = 0; step < steps; step++)
        {
            stop.ThrowIfCancellationRequested();
            var start = time.GetTimestamp();
            rows.Read(buffer);
            ReadSeconds += time.GetElapsedTime(start).TotalSeconds;
            var taken = true;
            Timed(() => taken = trainer.Step(buffer));
            if (!taken)
                BrokenRow ??= rows.RowBefore(batch - (Array.FindIndex(buffer, v => !float.IsFinite(v)) / trainer.Dimension));
            Tell(step + 1, steps);
        }

        try
        {
            Timed(() => trainer.EndTraining());
        }
        catch (InvalidOperationException) when (trainer.Summary.Steps == 0)
        {
            // Every batch was refused or every step skipped.
        }

        return trainer.Summary.Steps > 0;
    }

    private void Timed(Action work)
    {
        var start = time.GetTimestamp();
        work();
        StepSeconds += time.GetElapsedTime(start).TotalSeconds;
    }

    private void Tell(long step, long steps)
    {
        if (time.GetElapsedTime(_told) < SaeTrainLimits.ProgressGap)
            return;
        _told = time.GetTimestamp();
        var summary = trainer.Summary;
        say($"step {step} of {steps}: {step * batch / Math.Max(1e-9, StepSeconds):0} rows per second, loss {summary.Loss:0.000}, {summary.DeadLatents} features dead");
    }
}
