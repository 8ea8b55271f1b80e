namespace Emergence.Stages.Sae.Cores;

/// <summary>What changes from step to step.</summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="MaximumNorm">Greatest gradient norm; longer gradients are scaled down to it.</param>
/// <param name="DeadAfter">Tokens without a firing after which a latent is dead (as of the start of the step).</param>
/// <param name="SparsityWeight">λ of JumpReLU.</param>
internal readonly record struct SaeStepPlan(double LearningRate, double MaximumNorm, long DeadAfter, double SparsityWeight);

/// <summary>What a step did.</summary>
/// <param name="Taken">Whether weights changed: false when loss or gradient was not finite.</param>
/// <param name="Loss">Σ‖e‖²/(n·d) of the whole dictionary, without penalties.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="SmallestKept">Least activation kept in the batch (BatchTopK, Matryoshka); 0 when none was.</param>
/// <param name="DeadLatents">Latents dead after the step.</param>
internal readonly record struct SaeStepResult(bool Taken, double Loss, double GradientNorm, float SmallestKept, int DeadLatents);
