namespace Emergence.Pipeline.Tests.Flow.Fuzz;

/// <summary>The ways in which a stage or a message can go wrong.</summary>
internal enum FaultKind
{
    /// <summary>The body throws.</summary>
    Throw,

    /// <summary>The body throws after having given up its thread.</summary>
    ThrowLater,

    /// <summary>The body throws an OperationCanceledException nobody asked for.</summary>
    Cancel,

    /// <summary>The body awaits a cancelled task.</summary>
    AwaitCancelled,

    /// <summary>The body throws an aggregate of an aggregate of one.</summary>
    Aggregate,

    /// <summary>A message that the stage emits fails when it is disposed, wherever that is.</summary>
    MessageDispose,

    /// <summary>Only of a source: its enumerator fails when it is disposed.</summary>
    EnumeratorDispose,
}
