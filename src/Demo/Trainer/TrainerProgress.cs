namespace Emergence.Demo.Trainer;

/// <summary>Where training is; told after every step and before the first.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Steps">Steps there will be.</param>
/// <param name="TokensSeen">Tokens trained on.</param>
/// <param name="Loss">Mean training loss of the newest steps (at most <see cref="TrainerDefaults.LossWindow"/>), nats per token.</param>
/// <param name="TokensPerSecond">Speed since this start; 0 before its first step.</param>
/// <param name="Checkpoint">The checkpoint folder written at this step; null when none is.</param>
public sealed record TrainerProgress(long Step, long Steps, long TokensSeen, double Loss, double TokensPerSecond, string? Checkpoint);
