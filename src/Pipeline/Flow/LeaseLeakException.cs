namespace Emergence.Pipeline.Flow;

/// <summary>Messages or buffers were left alive by a run that has ended.</summary>
public sealed class LeaseLeakException : FlowException
{
    internal LeaseLeakException(IReadOnlyList<KeyValuePair<string, int>> kinds)
        : base($"left alive: {string.Join(", ", kinds.Select(k => $"{k.Value} {k.Key}"))}") => Kinds = kinds;

    /// <summary>Each kind with how many of it are alive, in ordinal order.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Kinds { get; }
}
