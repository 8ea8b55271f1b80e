namespace Emergence.TestBroker.Groups;

/// <summary>Where a group stands.</summary>
internal enum GroupPhase
{
    /// <summary>It has no members.</summary>
    Empty,

    /// <summary>It waits for its members to join again.</summary>
    PreparingRebalance,

    /// <summary>It waits for the leader to say who gets what.</summary>
    CompletingRebalance,

    /// <summary>Every member has its partitions.</summary>
    Stable,
}
