using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Stages.Capture;

/// <summary>
/// What one forward pass gave for a token batch: the activations at each hook. Has one owner, who disposes it or hands it
/// on; the tensors belong to no dispose scope.
/// </summary>
public sealed class ActivationBatch : IDisposable
{
    /// <summary>Takes ownership of the tensors.</summary>
    /// <param name="tokens">The tokens that went in.</param>
    /// <param name="names">What each tensor is called: its hook, or its layer where the hook is not known.</param>
    /// <param name="activations">One tensor per name.</param>
    public ActivationBatch(TokenBatch tokens, IReadOnlyList<string> names, IReadOnlyList<Tensor> activations)
    {
        Tokens = tokens;
        Names = names;
        Activations = activations;
    }

    /// <summary>The tokens that went in.</summary>
    public TokenBatch Tokens { get; }

    /// <summary>What each tensor is called: its hook, or its layer where the hook is not known.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>
    /// For each hook what stood there: float32, contiguous, <c>[N, d]</c>, where N = <see cref="TokenBatch.TokenCount"/>: real
    /// tokens in row order, padding left out. No gradient.
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
    public override string ToString() => $"activations of {Tokens} at {string.Join(", ", Names)}";
}
