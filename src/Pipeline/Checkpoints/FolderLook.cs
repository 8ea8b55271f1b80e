using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>What one look at one checkpoint folder found.</summary>
/// <param name="Step">Its step.</param>
/// <param name="Folder">Its path.</param>
/// <param name="Signature">Names, lengths and times of its files: two looks that find the same saw no change between them.</param>
/// <param name="Problem">Why it is not whole; null when it is.</param>
/// <param name="Progress">What its trainer says; null when it says nothing.</param>
internal sealed record FolderLook(long Step, string Folder, string Signature, BadInputException? Problem, TrainingProgress? Progress)
{
    /// <summary>Names of the files that make it whole.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}
