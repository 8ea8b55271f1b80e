namespace Emergence.Stages.Sae;

/// <summary>Default values and limits of the online SAE, each with its reason.</summary>
public static class SaeDefaults
{
    /// <summary>Latents per activation dimension when no number of features is given (SAELens, sparsify: 8 to 32).</summary>
    public const int ExpansionFactor = 16;

    /// <summary>Active latents per token (sparsify, dictionary_learning).</summary>
    public const int K = 32;

    /// <summary>Weight of the auxiliary loss (arXiv 2406.04093, section 2.4).</summary>
    public const double AuxCoefficient = 1.0 / 32;

    /// <summary>
    /// Tokens without a firing after which a latent is dead, where the options leave it open: 64 times the F/k tokens in which a latent
    /// of mean frequency fires once, and at least 8 batches.
    /// </summary>
    /// <remarks>
    /// Measured on planted dictionaries (d 128, F 1024, k 16, BatchTopK, rate 0.01; held-out FVU, share of latents silent there, MMCS) by clock:
    /// <code>
    /// 1.6 M tokens, batches of 1024   4096: 0.195  0.8 %  0.91    8192: 0.197  0.5 %  0.90    16384: 0.201  1.7 %  0.87
    /// 1.6 M tokens, batches of 2048   4096: 0.209  8.4 %  0.82    16384: 0.213  5.8 %  0.80
    /// 0.4 M tokens, batches of 512    2048: 0.247 39.4 %  0.65     4096: 0.246  4.3 %  0.66     8192: 0.252  1.1 %  0.63
    /// </code>
    /// A clock shorter than that leaves latents that only ever serve the auxiliary loss; a longer one wakes too few in a short budget.
    /// </remarks>
    /// <param name="features">F.</param>
    /// <param name="k">Mean active latents per token.</param>
    /// <param name="batch">Tokens per step.</param>
    public static long DeadAfter(int features, int k, int batch) => Math.Max(64L * features / k, 8L * batch);

    /// <summary>
    /// A warm start's learning rate is the cold one over this. SAE-Track (arXiv 2412.17626) has 10, for SAEs with an L1 penalty and far lower rates.
    /// Measured on planted dictionaries whose directions turned, a twentieth of the tokens, FVU before and after by divisor 3, 5, 10:
    /// d 128, 100 000 tokens (cold 0.323): 5° 0.325 → 0.328, 0.323, 0.321; 15° 0.350 → 0.339, 0.336, 0.338; 30° 0.418 → 0.377, 0.384, 0.396.
    /// d 32, 60 000 tokens (cold 0.135): 10° 0.159 → 0.142, 0.140, 0.144; 20° 0.227 → 0.170, 0.181, 0.201; 30° 0.313 → 0.232, 0.260, 0.294.
    /// Every identity was kept in all of these; with 1 a quarter was lost at 400 000 tokens.
    /// </summary>
    public const double WarmLearningRateDivisor = 3;

    /// <summary>A later checkpoint's token budget is the first one's over this (SAE-Track, arXiv 2412.17626).</summary>
    public const int WarmTokensDivisor = 20;

    /// <summary>Steps of linear warm-up after a warm start (SAE-Track, arXiv 2412.17626).</summary>
    public const int WarmWarmupSteps = 3;

    /// <summary>Most steps of linear warm-up of a cold start; a twentieth of the budget when that is less.</summary>
    public const int ColdWarmupSteps = 1000;

    /// <summary>Share of a checkpoint's steps, at its end, over which the learning rate falls linearly to zero.</summary>
    public const double DecayShare = 0.4;

    /// <summary>Tokens that estimate mean and scale at the start of each checkpoint, at most a quarter of the budget.</summary>
    public const int StatisticsTokens = 4096;

    /// <summary>Greatest decay of the moving average that becomes the inference threshold (dictionary_learning).</summary>
    public const double ThresholdDecay = 0.999;

    /// <summary>The moving average's horizon as a share of a checkpoint's steps, where that is shorter than 1000 steps.</summary>
    public const double ThresholdHorizonShare = 0.1;

    /// <summary>Adam's first decay.</summary>
    public const double Beta1 = 0.9;

    /// <summary>Adam's second decay.</summary>
    public const double Beta2 = 0.999;

    /// <summary>Adam's ε. The loss is a mean over tokens and dimensions, so gradients are small and the usual 1e-8 would count.</summary>
    public const double AdamEpsilon = 1e-10;

    /// <summary>Share of Σ‖e‖² below which Σ‖e − ē‖² is rounding: without variation there is nothing for dead latents to learn.</summary>
    internal const double LeastVariation = 1e-6;

    /// <summary>Greatest norm of the whole gradient; a longer one is scaled down to it.</summary>
    public const double GradientNorm = 1;

    /// <summary>Ends of Matryoshka's nested prefixes as shares of F (halves, in the manner of arXiv 2503.17547).</summary>
    public static readonly IReadOnlyList<double> Prefixes = [1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2, 1];

    /// <summary>JumpReLU's bandwidth, in standardised units.</summary>
    public const double Bandwidth = 1;

    /// <summary>Weight of JumpReLU's penalty (L0/k − 1)².</summary>
    public const double SparsityWeight = 1;
}
