namespace Emergence.TestKit.Kafka;

/// <summary>A membership in a group of the model.</summary>
/// <param name="Group">The group.</param>
/// <param name="Generation">Counts the group's rebalances.</param>
internal sealed record ModelMembership(string Group, int Generation) : IGenerationalMembership;
