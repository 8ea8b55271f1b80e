using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Tail;

/// <summary>Rows that are shown together: those of a checkpoint, or of one of its layers.</summary>
/// <param name="Run">The run.</param>
/// <param name="Rows">The rows.</param>
internal sealed record TailPiece(RunIdentity Run, CheckpointResult Rows);
