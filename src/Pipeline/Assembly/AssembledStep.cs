using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Assembly;

/// <summary>A step that the run folder has got from its groups.</summary>
/// <param name="Commit">Its commit.</param>
/// <param name="Result">Its rows.</param>
internal sealed record AssembledStep(CommitRecord Commit, CheckpointResult Result);
