namespace Emergence.TestBroker.Groups;

/// <summary>A member of a group.</summary>
internal sealed class Member(string id)
{
    public string Id => id;

    public required JoinRequest Terms { get; set; }

    public DateTimeOffset LastSeen { get; set; }

    /// <summary>Its request to join, while that waits for the others.</summary>
    public TaskCompletionSource<JoinAnswer>? Joining { get; set; }

    /// <summary>Its request for partitions, while that waits for the leader.</summary>
    public TaskCompletionSource<SyncAnswer>? Syncing { get; set; }

    public ReadOnlyMemory<byte> Assignment { get; set; }

    public ReadOnlyMemory<byte> Metadata(string protocol) => Terms.Protocols.FirstOrDefault(known => known.Name == protocol).Metadata;
}
