using Emergence.Pipeline.Flow;
using Emergence.Stages.Models;

namespace Emergence.Pipeline.Messages;

/// <summary>A checkpoint's model on its way to capture. Owns it until it is taken.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="work">The checkpoint's ledger.</param>
/// <param name="model">The model.</param>
public sealed class ModelToCapture(LeaseCounter leases, CheckpointWork work, LanguageModel model) : CaptureInput(leases)
{
    private LanguageModel? _model = model;

    /// <summary>The checkpoint's ledger.</summary>
    public CheckpointWork Work { get; } = work;

    /// <summary>Hands the model over to the caller, who disposes it.</summary>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidOperationException">It was taken before.</exception>
    public LanguageModel Take() =>
        Interlocked.Exchange(ref _model, null) ?? throw new InvalidOperationException("the model was taken before");

    /// <inheritdoc/>
    public override string ToString() => $"model of step {Work.Step}";

    /// <inheritdoc/>
    protected override void Release() => Interlocked.Exchange(ref _model, null)?.Dispose();
}
