using Emergence.Stages.Curves;

namespace Emergence.Sinks.RunFolder;

/// <summary>A committed refusal that is looked at again: it stands until another commit takes its place.</summary>
/// <param name="Commit">What it says.</param>
/// <param name="Entry">Its place in the order of committing.</param>
/// <param name="Events">Its rows.</param>
internal sealed record RetractedRefusal(CommitRecord Commit, CommitEntry Entry, IReadOnlyList<EventRow> Events)
{
    /// <summary>Whether a new refusal says nothing else.</summary>
    public bool Says(CheckpointResult result, string modelHash) =>
        result.TokensSeen == Commit.TokensSeen && modelHash == Commit.ModelHash && Events.SequenceEqual(result.Events);
}
