using System.Globalization;

namespace Emergence.Stages.Sae;

/// <summary>How the SAE of a layer is shaped and trained. Immutable; <see cref="Validate"/> lists every fault at once.</summary>
public sealed record SaeOptions
{
    /// <summary>Which latents stay active. Default BatchTopK: tokens that need more latents get more.</summary>
    public SaeArchitecture Architecture { get; init; } = SaeArchitecture.BatchTopK;

    /// <summary>
    /// Number of latents F. Default null: <see cref="ExpansionFactor"/> · d. Time and memory grow in proportion.
    /// </summary>
    public int? Features { get; init; }

    /// <summary>Latents per activation dimension when <see cref="Features"/> is null. Default 16; usual 8 to 32.</summary>
    public int ExpansionFactor { get; init; } = SaeDefaults.ExpansionFactor;

    /// <summary>Active latents per token (mean over the batch for BatchTopK). Default 32. More reconstruct better and mean less each.</summary>
    public int K { get; init; } = SaeDefaults.K;

    /// <summary>
    /// Peak learning rate of a cold start. Default null: <see cref="LearningRateRule"/> chooses it, 1/d. Twice that kills latents; much less wastes a short budget.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>A later checkpoint's peak learning rate is the cold one over this. Default 5. Lower follows a fast model further and keeps fewer identities.</summary>
    public double WarmLearningRateDivisor { get; init; } = SaeDefaults.WarmLearningRateDivisor;

    /// <summary>
    /// How often a later checkpoint's tokens are trained on: capturing them is what costs. Default 4. The first 2²⁶/d of them are kept in memory for it.
    /// </summary>
    public int WarmPasses { get; init; } = SaeDefaults.WarmPasses;

    /// <summary>Share of a later checkpoint's steps over which the learning rate falls linearly to zero. Default 1, all of them.</summary>
    public double WarmDecayShare { get; init; } = SaeDefaults.WarmDecayShare;

    /// <summary>Steps of linear warm-up at a later checkpoint. Default 3.</summary>
    public int WarmWarmupSteps { get; init; } = SaeDefaults.WarmWarmupSteps;

    /// <summary>Tokens per optimiser step. Default null: <see cref="LearningRateRule"/> chooses it from the token budget.</summary>
    public int? BatchTokens { get; init; }

    /// <summary>Tokens at the start of each checkpoint that estimate mean and scale before training goes through them. Default 4096, at most a quarter of the budget.</summary>
    public int StatisticsTokens { get; init; } = SaeDefaults.StatisticsTokens;

    /// <summary>Weight α of the auxiliary loss that revives dead latents. Default 1/32; 0 turns it off.</summary>
    public double AuxCoefficient { get; init; } = SaeDefaults.AuxCoefficient;

    /// <summary>Dead latents that rebuild each token's rest. Default null: d/2.</summary>
    public int? AuxLatents { get; init; }

    /// <summary>
    /// A latent counts as dead after so many tokens without a firing; the clock runs on across checkpoints. Default null: the rule of <see cref="SaeDefaults.DeadAfter"/>.
    /// </summary>
    public long? DeadAfterTokens { get; init; }

    /// <summary>
    /// Matryoshka: ends of the nested prefixes as shares of F, ascending, the last one 1. Default 1/16, 1/8, 1/4, 1/2, 1.
    /// </summary>
    public IReadOnlyList<double> Prefixes { get; init; } = SaeDefaults.Prefixes;

    /// <summary>JumpReLU: width ε of the window around a threshold in which it learns, in standardised units. Default 1.</summary>
    public double Bandwidth { get; init; } = SaeDefaults.Bandwidth;

    /// <summary>JumpReLU: weight λ of the penalty (L0/k − 1)². Default 1. More holds L0 closer to k.</summary>
    public double SparsityWeight { get; init; } = SaeDefaults.SparsityWeight;

    /// <summary>Share of a checkpoint's steps, at its end, over which the learning rate falls linearly to zero. Default 0.3.</summary>
    public double DecayShare { get; init; } = SaeDefaults.DecayShare;

    /// <summary>Decay of Adam's second moment. Default 0.999.</summary>
    public double Beta2 { get; init; } = SaeDefaults.Beta2;

    /// <summary>Seed of the initial weights. Default 1. Same seed, tokens, options, kind of processor and libraries: same weights, bit for bit.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether decoder rows keep unit norm. Only tests turn it off, to see that they notice.</summary>
    internal bool NormaliseDecoder { get; init; } = true;

    /// <summary>Whether inputs are centred and scaled. Only tests turn it off, to see that they notice.</summary>
    internal bool StandardiseInput { get; init; } = true;

    /// <summary>
    /// Whether candidates are found by bfloat16 products before float32 decides; null: where the processor is fast at it. What is selected
    /// is the same but for ties within float32's rounding. Only tests and benchmarks set it.
    /// </summary>
    internal bool? HalfPreselection { get; init; }

    /// <summary>Number of latents for activations of dimension <paramref name="dimension"/>.</summary>
    /// <param name="dimension">d.</param>
    public int FeaturesFor(int dimension) => Features ?? checked(ExpansionFactor * dimension);

    /// <summary>Latents below which each nested prefix lies, ascending, the last one F; for other architectures than Matryoshka just F.</summary>
    /// <param name="dimension">d.</param>
    internal int[] PrefixEnds(int dimension)
    {
        var features = FeaturesFor(dimension);
        return Architecture == SaeArchitecture.Matryoshka
            ? Prefixes.Select(share => Math.Clamp((int)Math.Round(share * features), 1, features)).Distinct().ToArray()
            : [features];
    }

    /// <summary>Every fault of these options and how to mend it, one sentence each; empty when they are good.</summary>
    /// <param name="dimension">d of the activations, when known: k is then checked against F.</param>
    public IReadOnlyList<string> Validate(int? dimension = null)
    {
        var faults = new List<string>();
        Check(Enum.IsDefined(Architecture), $"architecture {Architecture} is not known: use TopK, BatchTopK, JumpReLU or Matryoshka");
        Check(Features is null or > 0, $"features is {Features}: use a positive number");
        Check(ExpansionFactor is > 0 and <= 1024, $"expansion factor is {ExpansionFactor}: use 1 to 1024");
        Check(K > 0, $"k is {K}: use a positive number");
        Check(LearningRate is null or (> 0 and <= 1), $"learning rate is {Text(LearningRate)}: use a number above 0, at most 1");
        Check(WarmLearningRateDivisor is >= 1 and <= 1e6, $"warm learning rate divisor is {Text(WarmLearningRateDivisor)}: use 1 or more");
        Check(WarmPasses is >= 1 and <= 1000, $"warm passes is {WarmPasses}: use 1 to 1000");
        Check(WarmDecayShare is >= 0 and <= 1, $"warm decay share is {Text(WarmDecayShare)}: use 0 to 1");
        Check(WarmWarmupSteps >= 0, $"warm warm-up steps is {WarmWarmupSteps}: use 0 or more");
        Check(BatchTokens is null or (> 0 and <= 1 << 20), $"batch tokens is {BatchTokens}: use 1 to 1048576");
        Check(StatisticsTokens > 1, $"statistics tokens is {StatisticsTokens}: use 2 or more");
        Check(AuxCoefficient is >= 0 and <= 1e3, $"aux coefficient is {Text(AuxCoefficient)}: use 0 (off) or a positive number");
        Check(AuxLatents is null or > 0, $"aux latents is {AuxLatents}: use a positive number");
        Check(DeadAfterTokens is null or > 0, $"dead-after tokens is {DeadAfterTokens}: use a positive number");
        Check(
            Prefixes.Count > 0 && Prefixes[^1] == 1 && Prefixes[0] > 0 && Prefixes.Zip(Prefixes.Skip(1)).All(pair => pair.First < pair.Second),
            "prefixes must be shares above 0, ascending, the last one 1");
        Check(Bandwidth is > 0 and <= 1e3, $"bandwidth is {Text(Bandwidth)}: use a positive number");
        Check(SparsityWeight is >= 0 and <= 1e6, $"sparsity weight is {Text(SparsityWeight)}: use 0 or a positive number");
        Check(DecayShare is >= 0 and <= 1, $"decay share is {Text(DecayShare)}: use 0 to 1");
        Check(Beta2 is > 0 and < 1, $"beta2 is {Text(Beta2)}: use a number between 0 and 1");
        if (dimension is { } d && Features is null or > 0 && ExpansionFactor is > 0 and <= 1024)
        {
            Check(d > 0, $"the activations' dimension is {d}: it must be positive");
            var features = Features ?? ((long)ExpansionFactor * d);
            // A tensor's memory is seen through spans of less than 2 GiB.
            Check(features < 1 << 21, $"features would be {features}: use fewer than 2097152");
            Check(features * d < 1 << 29, $"features × dimension would be {features} × {d}: use fewer features, their product must be below {1 << 29}");
            Check(K <= features, $"k is {K} but there are {features} features: use a smaller k or more features");
        }

        return faults;

        void Check(bool good, string fault)
        {
            if (!good)
            {
                faults.Add(fault);
            }
        }

        static string? Text(double? value) => value?.ToString(CultureInfo.InvariantCulture);
    }
}
