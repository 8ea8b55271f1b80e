namespace Emergence.Pipeline.Flow;

/// <summary>The first failure of a run. The cause is <see cref="Exception.InnerException"/>, never wrapped in an <see cref="AggregateException"/> of one.</summary>
public sealed class StageFailedException : FlowException
{
    internal StageFailedException(string stage, long position, string messageText, Exception inner)
        : base($"stage {stage} failed at message {position}{(messageText.Length == 0 ? "" : $" ({messageText})")}: {inner.Message}", inner)
    {
        Stage = stage;
        Position = position;
        MessageText = messageText;
    }

    /// <summary>Name of the stage.</summary>
    public string Stage { get; }

    /// <summary>Which message it was working on, counted from 1 in the order the stage received (a source: produced) them; 0 when it had none.</summary>
    public long Position { get; }

    /// <summary>What that message calls itself; empty when there was none.</summary>
    public string MessageText { get; }
}
