namespace Emergence.Pipeline.Flow;

/// <summary>
/// A run was aborted and a stage did not let go of its message before the last deadline. What the stage holds is left behind; the
/// process should end. The inner exception is the failure that caused the abort, if one did.
/// </summary>
public sealed class PipelineStuckException : FlowException
{
    internal PipelineStuckException(string stage, long position, string messageText, TimeSpan held, TimeSpan allowed, Exception? failure)
        : base(
            $"stage {stage} is stuck: it has held message {position}{(messageText.Length == 0 ? "" : $" ({messageText})")} for {held.TotalSeconds:0.#} s and did not let go within {allowed.TotalSeconds:0.#} s of the abort",
            failure)
    {
        Stage = stage;
        Position = position;
        MessageText = messageText;
    }

    /// <summary>Name of the stage that is stuck.</summary>
    public string Stage { get; }

    /// <summary>Which message it holds, counted from 1.</summary>
    public long Position { get; }

    /// <summary>What that message calls itself; empty when there is none.</summary>
    public string MessageText { get; }
}
