namespace Emergence.TestKit.Kafka;

/// <summary>Whether the model answers.</summary>
public enum ModelPresence
{
    /// <summary>It does.</summary>
    Here,

    /// <summary>Every call fails at once with a failure that passes.</summary>
    Refuses,

    /// <summary>Every call waits until it is given up.</summary>
    Silent,
}
