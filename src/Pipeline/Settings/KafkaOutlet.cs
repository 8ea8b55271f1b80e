using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Pipeline.Settings;

/// <summary>Where a run is published as it is committed.</summary>
/// <param name="Settings">The broker.</param>
/// <param name="Topics">Whether and how topics that are not there are created.</param>
public sealed record KafkaOutlet(KafkaSettings Settings, TopicOptions Topics)
{
    /// <summary>How long in seconds the end of a run waits for a broker that is away; what is not published by then is in the run folder. Default 60.</summary>
    public double WaitSeconds { get; init; } = WatchLimits.KafkaWaitSeconds;
}
