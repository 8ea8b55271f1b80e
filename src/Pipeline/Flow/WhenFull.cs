namespace Emergence.Pipeline.Flow;

/// <summary>What happens to a message that arrives at a stage which holds as many as it may.</summary>
public enum WhenFull
{
    /// <summary>The sender waits. Capacity counts the messages that wait and the one in work. Nothing is ever lost.</summary>
    Wait,

    /// <summary>
    /// The oldest waiting data message is disposed and counted as dropped; the sender goes on at once. Capacity counts the waiting
    /// data messages. Barriers are not dropped and have as many places of their own; when those are taken the sender of one waits.
    /// </summary>
    DropOldest,
}
