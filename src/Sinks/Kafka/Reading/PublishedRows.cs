using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Kafka.Reading;

/// <summary>What a message of a table's topic holds.</summary>
/// <param name="Place">Where the message, or the first of several parts, lies.</param>
/// <param name="Run">The run.</param>
/// <param name="Sequence">Number of the commit in the run folder.</param>
/// <param name="Layer">Layer of all rows; null for events that concern none.</param>
/// <param name="Part">Number of the part, from 1.</param>
/// <param name="Parts">How many parts the rows of this table, step and layer have.</param>
/// <param name="Rows">The rows; only the topic's table has any.</param>
public sealed record PublishedRows(MessagePlace Place, RunIdentity Run, long Sequence, int? Layer, int Part, int Parts, CheckpointResult Rows);
