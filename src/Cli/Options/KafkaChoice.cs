using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Cli.Options;

/// <summary>What was asked for about Kafka.</summary>
/// <param name="Settings">How it is reached. Holds secrets, which its text leaves out.</param>
/// <param name="Topics">Whether and how topics are created.</param>
internal sealed record KafkaChoice(KafkaSettings Settings, TopicOptions Topics);
