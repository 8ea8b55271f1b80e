using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Stages.Capture;

/// <summary>
/// What one forward pass gave for a token batch: the residual stream after each tapped layer. Has one owner, who disposes
/// it or hands it on; the tensors belong to no dispose scope.
/// </summary>
public sealed class ActivationBatch : IDisposable
{
    /// <summary>Takes ownership of the tensors.</summary>
    /// <param name="tokens">The tokens that went in.</param>
    /// <param name="layers">The tapped layers, ascending.</param>
    /// <param name="activations">One tensor per layer.</param>
    public ActivationBatch(TokenBatch tokens, IReadOnlyList<int> layers, IReadOnlyList<Tensor> activations)
    {
        Tokens = tokens;
        Layers = layers;
        Activations = activations;
    }

    /// <summary>The tokens that went in.</summary>
    public TokenBatch Tokens { get; }

    /// <summary>The tapped layers, ascending.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>
    /// For each tapped layer the residual stream after it (<c>resid_post</c>): float32, contiguous, <c>[N, d]</c>, where N =
    /// <see cref="TokenBatch.TokenCount"/>: real tokens in row order, padding left out. No gradient.
    /// </summary>
    public IReadOnlyList<Tensor> Activations { get; }

    /// <summary>Frees the tensors; a second call does nothing.</summary>
    public void Dispose()
    {
        foreach (var tensor in Activations)
        {
            tensor.Dispose();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"activations of {Tokens} at layers {string.Join(", ", Layers)}";
}
