namespace Emergence.Demo.Trainer;

/// <summary>The learning rate over the steps: a linear rise, then half a cosine down to a share of the greatest.</summary>
internal static class LearningRate
{
    /// <summary>The rate of an optimiser step.</summary>
    /// <param name="options">Greatest rate, warm-up and length.</param>
    /// <param name="step">The step that is taken, from 1.</param>
    public static double At(TrainerOptions options, long step)
    {
        if (step <= options.WarmupSteps)
        {
            return options.LearningRate * step / options.WarmupSteps;
        }

        var done = (double)(step - options.WarmupSteps) / Math.Max(1, options.Steps - options.WarmupSteps);
        var cosine = (1 + Math.Cos(Math.PI * done)) / 2;
        return options.LearningRate * (TrainerDefaults.FinalRateShare + ((1 - TrainerDefaults.FinalRateShare) * cosine));
    }
}
