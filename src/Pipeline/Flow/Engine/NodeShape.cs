namespace Emergence.Pipeline.Flow.Engine;

/// <summary>What kind of node it is, for the printed plan.</summary>
internal enum NodeShape
{
    Source,
    Stage,
    Tee,
    Merge,
    Sink,
}
