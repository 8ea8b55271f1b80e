using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Watching;

/// <summary>What every run has: the stages on both sides of those that read a checkpoint, and what these need.</summary>
/// <param name="Stages">Source, and everything behind the activations.</param>
/// <param name="Registry">Weights of the steps dealt with before.</param>
/// <param name="Notices">Takes what is only spoken of.</param>
/// <param name="Gate">When the source may take the next.</param>
/// <param name="Warm">Whether SAEs exist already, from a checkpoint committed by an earlier start.</param>
internal sealed record RunParts(SharedStages Stages, CheckpointRegistry Registry, Notices Notices, TakeGate Gate, bool Warm);
