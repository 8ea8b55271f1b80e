namespace Emergence.Pipeline.Checkpoints;

/// <summary>What a source says of one checkpoint.</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="At">When that was found.</param>
public abstract record CheckpointArrival(long Step, string Folder, DateTimeOffset At)
{
    /// <summary>Names of the files in its folder that make it whole; empty when the source does not say.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What its weights must hash to, as <see cref="CheckpointHash"/> does; null when the source does not say.</summary>
    public string? Hash { get; init; }

    /// <summary>
    /// Whether it has been deleted since, wholly or in part: what tells one that a trainer removed from one that is damaged. Asked after
    /// reading it has failed.
    /// </summary>
    /// <returns>True when its folder or one of <see cref="Files"/> is gone.</returns>
    public bool HasVanished() => !Directory.Exists(Folder) || Files.Any(name => !File.Exists(Path.Combine(Folder, name)));
}
