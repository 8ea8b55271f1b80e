using Emergence.Pipeline.Flow;
using Emergence.Stages.Capture;

namespace Emergence.Pipeline.Messages;

/// <summary>Activations of every watched layer for one token batch. Owns their tensors.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="purpose">What they are for.</param>
/// <param name="activations">The tensors; disposed with the message.</param>
public sealed class CapturedActivations(LeaseCounter leases, Purpose purpose, ActivationBatch activations) : Message(leases)
{
    private readonly string _text = $"{purpose} {activations}";

    /// <summary>What they are for.</summary>
    public Purpose Purpose { get; } = purpose;

    /// <summary>The tensors, one per watched layer.</summary>
    public ActivationBatch Activations { get; } = activations;

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <inheritdoc/>
    protected override void Release() => Activations.Dispose();
}
