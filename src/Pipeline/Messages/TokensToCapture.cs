using Emergence.Pipeline.Flow;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Messages;

/// <summary>A token batch on its way to the model.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="purpose">What it is for.</param>
/// <param name="tokens">The batch.</param>
public sealed class TokensToCapture(LeaseCounter leases, Purpose purpose, TokenBatch tokens) : CaptureInput(leases)
{
    /// <summary>What it is for.</summary>
    public Purpose Purpose { get; } = purpose;

    /// <summary>The batch.</summary>
    public TokenBatch Tokens { get; } = tokens;

    /// <inheritdoc/>
    public override string ToString() => $"{Purpose} {Tokens}";
}
