using Emergence.Pipeline.Flow;
using Emergence.Stages.Firing;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Messages;

/// <summary>Firings of every watched layer's SAE on one batch of the probe set. Its buffers are pooled.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="tokens">The batch.</param>
/// <param name="firings">One per watched layer; given back to <paramref name="pool"/> with the message.</param>
/// <param name="pool">Where the buffers come from.</param>
public sealed class ProbeFirings(LeaseCounter leases, TokenBatch tokens, TokenFirings[] firings, Pool<TokenFirings[]> pool) : Message(leases)
{
    /// <summary>The batch.</summary>
    public TokenBatch Tokens { get; } = tokens;

    /// <summary>Firings per watched layer, one entry per real token.</summary>
    public IReadOnlyList<TokenFirings> Firings { get; } = firings;

    /// <inheritdoc/>
    public override string ToString() => $"firings on {Tokens}";

    /// <inheritdoc/>
    protected override void Release() => pool.Return(firings);
}
