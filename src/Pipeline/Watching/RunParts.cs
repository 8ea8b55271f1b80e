using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Models.Distance;
using Emergence.Stages.Workers;

namespace Emergence.Pipeline.Watching;

/// <summary>What every run has: the stages on both sides of those that read a checkpoint, and what these need.</summary>
/// <param name="Stages">Source, and everything behind the activations.</param>
/// <param name="Registry">Weights of the steps dealt with before.</param>
/// <param name="Newest">Sketch of the newest used step's weights; null when there is none.</param>
/// <param name="Notices">Takes what is only spoken of.</param>
/// <param name="Gate">When the source may take the next.</param>
/// <param name="Workers">Threads that compute, shared by all that compute on the CPU.</param>
/// <param name="Warm">Whether SAEs exist already, from a checkpoint committed by an earlier start.</param>
internal sealed record RunParts(SharedStages Stages, CheckpointRegistry Registry, WeightSketch? Newest, Notices Notices, TakeGate Gate, WorkerCrew Workers, bool Warm);
