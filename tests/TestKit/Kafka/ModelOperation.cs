namespace Emergence.TestKit.Kafka;

/// <summary>What a client asks the model for.</summary>
public enum ModelOperation
{
    /// <summary>Taking over a transactional id.</summary>
    Initialise,

    /// <summary>The beginning of a transaction.</summary>
    Begin,

    /// <summary>A message of a transaction.</summary>
    Send,

    /// <summary>Offsets that become part of a transaction.</summary>
    SendOffsets,

    /// <summary>A commit.</summary>
    Commit,

    /// <summary>An abort.</summary>
    Abort,

    /// <summary>Reading a topic to its end.</summary>
    Read,

    /// <summary>A message outside of transactions.</summary>
    BestEffort,

    /// <summary>Reading topics' descriptions, or creating topics.</summary>
    Admin,
}
