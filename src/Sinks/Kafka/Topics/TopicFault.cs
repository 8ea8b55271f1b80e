namespace Emergence.Sinks.Kafka.Topics;

/// <summary>A topic that is not as it should be.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="Problem">What is wrong, one clause without a full stop.</param>
/// <param name="Remedy">How to mend it, one clause without a full stop.</param>
/// <param name="Fatal">Whether publishing fails or loses its promises with it; else it only does less than it could.</param>
public sealed record TopicFault(string Topic, string Problem, string Remedy, bool Fatal)
{
    /// <inheritdoc/>
    public override string ToString() => $"topic {Topic}: {Problem}. {Remedy}.";
}
