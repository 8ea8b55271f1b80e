namespace Emergence.Pipeline.Watching;

/// <summary>What the stages of a run over saved activations may read besides.</summary>
internal sealed class ActivationRunContext : RunContext
{
    public required ActivationShape Shape { get; init; }
}
