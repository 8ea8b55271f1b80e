namespace Emergence.Pipeline.Watching;

/// <summary>The stages of a run over activations that someone has saved.</summary>
internal sealed record ActivationStages(SharedStages Shared, InspectActivationsStage Inspect, ReadStage Read) : IDisposable
{
    public void Dispose() => Shared.Dispose();
}
