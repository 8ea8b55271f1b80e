using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Watching;

/// <summary>Tells a checkpoint that was deleted while it waited or was opened from one that is damaged.</summary>
internal static class CheckpointFault
{
    /// <summary>Whether reading a checkpoint may fail in this way.</summary>
    public static bool IsFault(Exception e) => e is BadInputException or IOException or UnauthorizedAccessException;

    /// <summary>The event of a checkpoint that could not be read.</summary>
    /// <param name="arrival">What the source said of it.</param>
    /// <param name="fault">How reading it failed.</param>
    public static EventRow Event(CheckpointArrival arrival, Exception fault) => arrival.HasVanished()
        ? CheckpointEvents.Vanished(arrival.Step, arrival.Folder)
        : CheckpointEvents.Refused(arrival.Step, RefusalReason.NotWhole, Problem(arrival, fault));

    /// <summary>What a source would have said of a checkpoint that could not be read.</summary>
    /// <param name="arrival">What it said of it.</param>
    /// <param name="fault">How reading it failed.</param>
    public static CheckpointArrival Arrival(CheckpointArrival arrival, Exception fault) => arrival.HasVanished()
        ? new VanishedCheckpoint(arrival.Step, arrival.Folder, arrival.At)
        : new RefusedCheckpoint(arrival.Step, arrival.Folder, arrival.At, RefusalReason.NotWhole, Problem(arrival, fault));

    private static BadInputException Problem(CheckpointArrival arrival, Exception fault) => fault as BadInputException
        ?? new BadInputException(arrival.Folder, "", $"it cannot be read: {fault.Message.TrimEnd('.')}", "Check that it is readable", fault);
}
