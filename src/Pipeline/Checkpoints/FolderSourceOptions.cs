namespace Emergence.Pipeline.Checkpoints;

/// <summary>What a <see cref="FolderCheckpointSource"/> looks for, and how patiently.</summary>
public sealed record FolderSourceOptions
{
    /// <summary>
    /// Whether to go on looking for checkpoints that are still to come (<c>watch</c>); otherwise those that are there are
    /// taken as they are and the sequence ends (<c>replay</c>). Default false.
    /// </summary>
    public bool Follow { get; init; }

    /// <summary>Which folders are checkpoints. Default: <c>stepN</c>, <c>step-N</c>, <c>checkpoint-N</c>.</summary>
    public CheckpointPattern Pattern { get; init; } = CheckpointPattern.Default;

    /// <summary>What a folder must hold to be a whole checkpoint. Default: weights, configuration and tokenizer of a model.</summary>
    public ICheckpointContents Contents { get; init; } = new ModelContents();

    /// <summary>Name of a file that says that a checkpoint is complete: without it none is whole. Null (default) asks for none.</summary>
    public string? Marker { get; init; }

    /// <summary>What is handed on when several checkpoints wait. Default: every one.</summary>
    public BehindPolicy WhenBehind { get; init; } = BehindPolicy.Queue;

    /// <summary>First step that is used; lower ones are passed over in silence. Default 0.</summary>
    public long FromStep { get; init; }

    /// <summary>
    /// Last step that is used; higher ones are passed over in silence. When following, the sequence ends with this step, or
    /// when a later one is whole and none up to it is left to wait for. Default: none.
    /// </summary>
    public long? UntilStep { get; init; }

    /// <summary>
    /// Steps that an earlier start of the run has dealt with: committed, refused, or recorded as late or skipped. They are passed over
    /// in silence; one that is lower than the highest of them and not among them is late. Default: none.
    /// </summary>
    public IReadOnlySet<long> KnownSteps { get; init; } = new HashSet<long>();

    /// <summary>How long a checkpoint's files must be unchanged before it counts as whole, when following. Default 0.5 s.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest time between two looks when the system reports no change, as network file systems never do. Default 2 s.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a checkpoint that is not whole may stay unchanged while a later one is whole and waits behind it; then it
    /// is refused and the later one handed on. With nothing behind it, it is waited for without end. Default 60 s.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one that goes on changing may hold up a later one that is whole; then it is refused. Default 15 min.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(15);
}
