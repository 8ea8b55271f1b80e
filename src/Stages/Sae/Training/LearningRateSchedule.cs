namespace Emergence.Stages.Sae.Training;

/// <summary>Linear warm-up, a plateau, and a linear fall to zero at the end of the checkpoint.</summary>
/// <param name="Peak">Learning rate of the plateau.</param>
/// <param name="WarmupSteps">Steps until it is reached.</param>
/// <param name="Steps">All steps of the checkpoint.</param>
/// <param name="DecayShare">Share of the steps, at the end, over which it falls.</param>
internal readonly record struct LearningRateSchedule(double Peak, long WarmupSteps, long Steps, double DecayShare = SaeDefaults.DecayShare)
{
    /// <summary>Learning rate of a step, counted from 0; steps beyond the last go on with the last one's.</summary>
    public double At(long step)
    {
        var decaySteps = Math.Max(1, (long)(DecayShare * Steps));
        var left = Math.Max(1, Steps - step);
        return Peak * Math.Min(1, (step + 1.0) / (WarmupSteps + 1)) * Math.Min(1, (double)left / (decaySteps + 1));
    }

    /// <summary>The schedule of a first checkpoint.</summary>
    public static LearningRateSchedule Cold(SaeOptions options, int dimension, long steps)
        => new(options.LearningRate ?? LearningRateRule.Peak(dimension), Math.Min(SaeDefaults.ColdWarmupSteps, steps / 20), steps, options.DecayShare);

    /// <summary>The schedule of a later checkpoint, from the first one's peak.</summary>
    public static LearningRateSchedule Warm(SaeOptions options, double coldPeak, long steps)
        => new(coldPeak / options.WarmLearningRateDivisor, options.WarmWarmupSteps, steps, options.WarmDecayShare);
}
