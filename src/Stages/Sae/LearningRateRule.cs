using System.Numerics;

namespace Emergence.Stages.Sae;

/// <summary>
/// Batch size and peak learning rate, where the options leave them open.
/// </summary>
/// <remarks>
/// Measured on planted dictionaries (BatchTopK; held-out FVU, share of latents silent there, MMCS). Small: d 128, F 1024, 16 active of
/// 1024 true features; big: d 512, F 4096, 32 of 4096. The rate fell over the last 0.4 of the steps; with 0.3, the default, short budgets
/// find a little more (d 32, 60 000 tokens, TopK, directions found over four seeds: 0.97 to 1.00 with 0.3, 0.95 to 1.00 with 0.4).
/// <code>
/// small, tokens  batch   rate 0.005              rate 0.01
///   0.2 M         128    0.276   0.3 %  0.57     0.282   6.2 %  0.56
///   0.2 M         256    0.305   0.0 %  0.51     0.273   0.1 %  0.58
///   0.4 M         256    0.251   6.7 %  0.64     0.240   0.7 %  0.69
///   0.4 M         512    0.271   2.3 %  0.57     0.243   1.0 %  0.68
///   1.6 M         512    0.199   5.0 %  0.87     0.196   0.0 %  0.91
///   1.6 M        1024    0.215  28.3 %  0.78     0.197   1.4 %  0.90
///   8.2 M        1024    0.184   0.9 %  0.96     0.188   0.0 %  0.96
///   8.2 M        2048    0.186   2.0 %  0.95     0.185   0.0 %  0.96
/// small, TopK, 8.2 M, batch 2048: rate 0.0065 0.172, 0.01 0.172; MMCS 0.97 both
/// small, F 4096, 0.8 M: rate 0.0025 0.281, 0.005 0.241, 0.01 0.215: the width F does not ask for another rate
/// big, 0.8 M, batch 512: rate 0.0012 0.314, 0.0018 0.285, 0.0025 0.269 (1.0 % silent), 0.0035 0.272 (6.4 %), 0.005 0.294 (37 %), 0.01 0.378 (78 %)
/// </code>
/// On a residual stream (the demo's model, d 128, F 1024, k 8, 0.2 M tokens cold, then half of that at a third of the rate; share of latents
/// silent at steps 0, 64, 1000, 2000; FVU at 2000): rate 0.0035 0, 92, 74, 62 %, 0.105; 0.005 0, 77, 49, 14 %, 0.094; 0.0065 2, 59, 35, 15 %,
/// 0.087; 0.01 13, 78, 63, 53 %, 0.088. Its variance lies in few directions (at step 64 98 % of it in 16), which planted data do not show.
/// So one rate serves budgets a factor of forty apart when there are about a thousand steps or more, and it goes with 1/d: a step of Adam
/// turns a unit row of d weights by about rate·√d, and weights are about 1/√d. The libraries' rates (0.0002 to 0.0008) are for far longer budgets.
/// </remarks>
public static class LearningRateRule
{
    private const double RateTimesDimension = 1;
    private const double Greatest = 0.02;
    private const int FewestTokens = 128;
    private const int MostTokens = 4096;

    /// <summary>Tokens per optimiser step: the power of two from half the root of the budget upwards, 128 to 4096. So 0.1 M tokens make 400 steps, 10 M tokens 5000.</summary>
    /// <param name="budget">Tokens of the checkpoint; at least 1.</param>
    public static int BatchTokens(long budget)
        => (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)Math.Ceiling(Math.Sqrt(Math.Max(1, budget)) / 2)), FewestTokens, MostTokens);

    /// <summary>Peak learning rate of a cold start, 1/d, at most 0.02.</summary>
    /// <param name="dimension">d of the activations.</param>
    public static double Peak(int dimension) => Math.Min(Greatest, RateTimesDimension / dimension);
}
