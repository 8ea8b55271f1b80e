namespace Emergence.Pipeline.Settings;

/// <summary>What is done with a checkpoint whose weights, or one of whose shards, are byte for byte another step's.</summary>
public enum CopyPolicy
{
    /// <summary>It is refused, with an event.</summary>
    Refuse,

    /// <summary>It is used, with an event: for runs whose learning rate starts at zero, or that keep a shard's tensors frozen.</summary>
    Use,
}
