using System.Numerics;

namespace Emergence.Stages.Sae;

/// <summary>
/// Batch size and peak learning rate, where the options leave them open.
/// </summary>
/// <remarks>
/// Measured on planted dictionaries (d 128, 1024 true features, 16 active, F 1024, k 16, BatchTopK; held-out FVU):
/// <code>
/// budget 20 000      batch  64   128   256  1024        budget 400 000    batch  256   512  1024
///   rate 0.003        0.530 0.533 0.553 0.617             rate 0.003       0.269 0.309 0.398
///   rate 0.01         0.532 0.536 0.539                   rate 0.006       0.256 0.264 0.286
///   rate 0.02         0.527 0.511 0.531                   rate 0.01        0.262 0.259 0.267
/// budget 100 000
///   rate 0.001                    0.506 0.565
///   rate 0.003        0.358 0.430 0.463 0.496
///   rate 0.01         0.337 0.318 0.327
///   rate 0.02         0.454 0.376 0.340
/// </code>
/// A rate of 0.01 with some hundreds of steps is best or near it everywhere; twice that kills a third of the latents. The libraries'
/// rates (0.0002 to 0.0008) are for budgets a thousand times greater. Weights of unit rows are about 1/√d, so the rate follows 1/√d.
/// </remarks>
public static class LearningRateRule
{
    private const int Dimension = 128;
    private const double PeakAtDimension = 0.01;
    private const int Steps = 800;
    private const int FewestTokens = 128;
    private const int MostTokens = 2048;

    /// <summary>Tokens per optimiser step: the power of two that makes 400 to 800 steps of the budget, 128 to 2048.</summary>
    /// <param name="budget">Tokens of the checkpoint; at least 1.</param>
    public static int BatchTokens(long budget)
        => (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, budget / Steps)), FewestTokens, MostTokens);

    /// <summary>Peak learning rate of a cold start, 0.01·√(128/d).</summary>
    /// <param name="dimension">d of the activations.</param>
    public static double Peak(int dimension) => PeakAtDimension * Math.Sqrt((double)Dimension / dimension);
}
