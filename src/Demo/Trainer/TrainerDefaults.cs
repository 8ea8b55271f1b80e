namespace Emergence.Demo.Trainer;

/// <summary>Sizes of the demo's training.</summary>
public static class TrainerDefaults
{
    /// <summary>Steps of the full demo.</summary>
    public const int FullSteps = 2000;

    /// <summary>Steps of the quick demo.</summary>
    public const int QuickSteps = 512;

    /// <summary>Rows in a batch.</summary>
    public const int BatchRows = 8;

    /// <summary>Tokens in a row.</summary>
    public const int Context = 128;

    /// <summary>Blocks.</summary>
    public const int Layers = 4;

    /// <summary>Width of the residual stream.</summary>
    public const int HiddenSize = 128;

    /// <summary>Attention heads.</summary>
    public const int Heads = 4;

    /// <summary>Greatest learning rate.</summary>
    public const double LearningRate = 2e-3;

    /// <summary>Steps of warm-up.</summary>
    public const int WarmupSteps = 40;

    /// <summary>Decoupled weight decay.</summary>
    public const double WeightDecay = 0.01;

    /// <summary>Norm to which the gradient of all parameters together is cut.</summary>
    public const double GradientNorm = 1.0;

    /// <summary>Share of the greatest learning rate that is left at the last step (Pythia's).</summary>
    public const double FinalRateShare = 0.1;

    /// <summary>How many of the newest steps the loss in <c>trainer_state.json</c> is the mean of.</summary>
    public const int LossWindow = 16;
}
