namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// Where checkpoints come from. It hands on each one once, in ascending step order, whole on the disk, and tells of those
/// it did not hand on. It knows nothing of models: whether a checkpoint fits the run is decided after it.
/// </summary>
public interface ICheckpointSource
{
    /// <summary>Where it looks, for messages: the folder, the topic.</summary>
    string Name { get; }

    /// <summary>
    /// How many arrivals have been found and not yet been taken from <see cref="ReadAsync"/>: how far the reader lags.
    /// May be read from any thread.
    /// </summary>
    int Waiting { get; }

    /// <summary>
    /// Gives the arrivals, <see cref="ArrivedCheckpoint"/> in ascending step order with <see cref="RefusedCheckpoint"/>,
    /// <see cref="LateCheckpoint"/>, <see cref="VanishedCheckpoint"/>, <see cref="PassedOverCheckpoint"/> and
    /// <see cref="UnfinishedCheckpoint"/> between them. It goes on looking while the reader works on what it took, and decides which
    /// of the waiting ones are passed over when the reader asks for the next.
    /// </summary>
    /// <param name="cancellationToken">Ends it with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The sequence, which can be gone through once.</returns>
    /// <exception cref="Emergence.Stages.Input.BadInputException">There is nothing to look at.</exception>
    IAsyncEnumerable<CheckpointArrival> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Says that no further checkpoint will be made (the training job has ended): what is there is still handed on, what is
    /// not whole is refused, then the sequence ends. May be called from any thread, more than once.
    /// </summary>
    void Complete();
}
