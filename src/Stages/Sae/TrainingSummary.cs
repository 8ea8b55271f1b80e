namespace Emergence.Stages.Sae;

/// <summary>What happened in the training of one checkpoint so far.</summary>
/// <param name="Tokens">Tokens trained on, each pass counted.</param>
/// <param name="Steps">Optimiser steps taken.</param>
/// <param name="Loss">
/// Σ‖x−x̂‖²/(n·d) of the training batches in standardised units, close to FVU: moving average over the latest tenth of the steps; NaN before the first.
/// </param>
/// <param name="DeadLatents">Latents now counted as dead.</param>
/// <param name="RefusedBatches">Batches refused because an activation was not finite.</param>
/// <param name="RefusedTokens">Their tokens.</param>
/// <param name="SkippedSteps">Steps not taken because the gradient was not finite (activations too large to square).</param>
/// <param name="LastRefusal">Where the latest refused batch was broken; null when none was.</param>
public sealed record TrainingSummary(
    long Tokens,
    long Steps,
    double Loss,
    int DeadLatents,
    long RefusedBatches,
    long RefusedTokens,
    long SkippedSteps,
    string? LastRefusal);
