using Emergence.Sinks.Arrow;

namespace Emergence.Cli.Tail;

/// <summary>Which rows are asked for.</summary>
/// <param name="Table">The table.</param>
/// <param name="Run">Only this run; null for all that the source has.</param>
/// <param name="FromStep">Only this step and later ones.</param>
/// <param name="Last">How many of the newest checkpoints of a run, of those that are there at the beginning; 0 for all.</param>
/// <param name="Follow">Whether to go on with what comes.</param>
/// <param name="Filter">Only these rows.</param>
/// <param name="Repeated">Whether rows that a topic holds more than once are shown each time.</param>
internal sealed record TailQuery(Tables Table, string? Run, long FromStep, int Last, bool Follow, RowFilter Filter, bool Repeated);
