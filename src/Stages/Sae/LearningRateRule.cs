namespace Emergence.Stages.Sae;

/// <summary>Batch size and peak learning rate from a token budget, where the options leave them open.</summary>
public static class LearningRateRule
{
    /// <summary>Tokens per optimiser step for a budget.</summary>
    /// <param name="budget">Tokens of the checkpoint.</param>
    public static int BatchTokens(long budget) => 2048;

    /// <summary>Peak learning rate of a cold start.</summary>
    /// <param name="steps">Optimiser steps of the checkpoint.</param>
    public static double Peak(long steps) => 3e-3;
}
