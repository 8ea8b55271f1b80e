namespace Emergence.Pipeline.Tests.Flow.Fuzz;

/// <summary>Something that is to go wrong at a stage when it works on its n-th message.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Stage">Where.</param>
/// <param name="At">At which message of the stage, from 1.</param>
internal sealed record Fault(FaultKind Kind, string Stage, int At);
