using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Metered;

/// <summary>Attributes of the measurements.</summary>
internal static class Tag
{
    /// <summary>Every measurement has it.</summary>
    public static KeyValuePair<string, object?> Kafka { get; } = new(KafkaInstruments.MessagingSystem, "kafka");

    public static KeyValuePair<string, object?> Send { get; } = Operation("send");

    public static KeyValuePair<string, object?> Poll { get; } = Operation("poll");

    public static KeyValuePair<string, object?> Process { get; } = Operation("process");

    public static KeyValuePair<string, object?> Of(string topic) => new(KafkaInstruments.Topic, topic);

    public static KeyValuePair<string, object?> Operation(string name) => new(KafkaInstruments.Operation, name);

    public static KeyValuePair<string, object?> Group(IGroupMembership membership) => new(KafkaInstruments.Group, membership.Group);

    /// <summary>The client's own name of the error, or the exception's.</summary>
    public static KeyValuePair<string, object?> Failed(Exception exception) =>
        new(KafkaInstruments.Error, exception is KafkaFailureException failure ? failure.Code : exception.GetType().FullName);
}
