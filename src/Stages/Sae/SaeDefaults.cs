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

    /// <summary>A warm start's learning rate is the cold one over this. SAE-Track (arXiv 2412.17626) has 10, for SAEs with an L1 penalty and far lower rates.</summary>
    /// <remarks>
    /// Measured on a planted dictionary (d 64, F 512, k 8, BatchTopK, 400 000 tokens cold: FVU 0.225) whose directions turned, each in a plane of
    /// its own, with a twentieth of the tokens; FVU by divisor 1.5, 3, 5, 10. Before: 0.226 at 0°, 0.243 at 10°, 0.290 at 20°, about 0.35 at 30°.
    /// <code>
    /// batches of 128                        0°                        10°                       20°                       30°
    /// 1 pass, rate falls over 0.4   0.262 0.241 0.232 0.225   0.261 0.243 0.235 0.231   0.265 0.248 0.245 0.250   0.270 0.260 0.266 0.285
    /// 1 pass, rate falls throughout 0.243 0.232 0.227 0.224   0.245 0.234 0.232 0.232   0.250 0.245 0.248 0.257   0.260 0.266 0.278 0.302
    /// 4 passes, over 0.4            0.241 0.232 0.229 0.226   0.241 0.231 0.229 0.228   0.242 0.234 0.231 0.232   0.245 0.235 0.235 0.240
    /// 4 passes, throughout          0.233 0.229 0.227 0.224   0.232 0.229 0.228 0.227   0.235 0.231 0.232 0.235   0.237 0.234 0.238 0.250
    /// </code>
    /// More than 99 % of latents kept a cosine of 0.7 with themselves everywhere.
    /// </remarks>
    public const double WarmLearningRateDivisor = 5;

    /// <summary>A later checkpoint's token budget is the first one's over this (SAE-Track, arXiv 2412.17626).</summary>
    public const int WarmTokensDivisor = 20;

    /// <summary>How often a later checkpoint's tokens are trained on; see <see cref="WarmLearningRateDivisor"/>.</summary>
    public const int WarmPasses = 4;

    /// <summary>Share of a later checkpoint's steps over which the rate falls to zero; see <see cref="WarmLearningRateDivisor"/>.</summary>
    public const double WarmDecayShare = 1;

    /// <summary>Most values kept of a later checkpoint for its other passes: 256 MiB.</summary>
    internal const long MostReplayedValues = 1L << 26;

    /// <summary>Steps of linear warm-up after a warm start (SAE-Track, arXiv 2412.17626).</summary>
    public const int WarmWarmupSteps = 3;

    /// <summary>Most steps of linear warm-up of a cold start; a twentieth of the budget when that is less.</summary>
    public const int ColdWarmupSteps = 1000;

    /// <summary>Share of a checkpoint's steps, at its end, over which the learning rate falls linearly to zero.</summary>
    public const double DecayShare = 0.3;

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
