namespace Emergence.Pipeline.Working;

/// <summary>Where a worker that takes over finds what the one before left.</summary>
public enum WorkerState
{
    /// <summary>On a disk that all workers share.</summary>
    Disk,

    /// <summary>In topic <c>state</c>.</summary>
    Kafka,
}
