using static TorchSharp.torch;

namespace Emergence.Stages.Capture;

/// <summary>What a pass through the whole model gave. Has one owner, who disposes it; the tensors belong to no dispose scope.</summary>
/// <param name="Activations">The activations.</param>
/// <param name="LossSum">Nats of all predicted tokens together: every real token but the first of its row.</param>
/// <param name="Predicted">How many tokens that are; 0 when no row has two.</param>
/// <param name="Logits"><c>[N, vocabulary]</c>, float32, real tokens in row order; null when they were not asked for.</param>
public sealed record FullPass(ActivationBatch Activations, double LossSum, int Predicted, Tensor? Logits) : IDisposable
{
    /// <summary>Frees the tensors; a second call does nothing.</summary>
    public void Dispose()
    {
        Activations.Dispose();
        Logits?.Dispose();
    }
}
