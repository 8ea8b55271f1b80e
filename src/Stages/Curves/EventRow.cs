namespace Emergence.Stages.Curves;

/// <summary>What kind of thing happened.</summary>
public enum EventKind
{
    /// <summary>A curve met the 2-of-3 alert rule for the first time.</summary>
    Onset,

    /// <summary>A latent changed so much that its curve must not be joined.</summary>
    IdentityBreak,

    /// <summary>A checkpoint was not used; the message says why.</summary>
    CheckpointRefused,

    /// <summary>A checkpoint arrived after a later step had been committed.</summary>
    CheckpointLate,

    /// <summary>A checkpoint shares its weights, or a shard of them, with another step, and was used because that was asked for.</summary>
    CheckpointCopy,

    /// <summary>A checkpoint was whole and had been deleted before it was read.</summary>
    CheckpointVanished,

    /// <summary>A checkpoint was passed over because the watcher had fallen behind.</summary>
    CheckpointSkipped,
}

/// <summary>How much an event matters to a person.</summary>
public enum EventSeverity
{
    /// <summary>Worth recording.</summary>
    Info,

    /// <summary>Worth looking at.</summary>
    Warning,

    /// <summary>Something is wrong.</summary>
    Error,
}

/// <summary>Something that happened at a step (table <c>events</c>).</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Step">Training step it concerns.</param>
/// <param name="Layer">Layer, when it concerns one.</param>
/// <param name="Facet">Facet, when it concerns one.</param>
/// <param name="Category">Category, when it concerns one.</param>
/// <param name="Feature">Feature, when it concerns one.</param>
/// <param name="Evidence">The numbers behind it, a JSON object.</param>
/// <param name="Message">One sentence for a person.</param>
public sealed record EventRow(
    EventKind Kind,
    EventSeverity Severity,
    long Step,
    int? Layer,
    string? Facet,
    string? Category,
    int? Feature,
    string Evidence,
    string Message);
