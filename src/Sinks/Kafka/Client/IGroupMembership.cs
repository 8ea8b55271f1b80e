namespace Emergence.Sinks.Kafka.Client;

/// <summary>Proof of the membership in a consumer group at a moment; the broker refuses offsets that come with an older one.</summary>
public interface IGroupMembership
{
    /// <summary>Name of the group.</summary>
    string Group { get; }
}
