using System.Diagnostics.Metrics;
using Emergence.Sinks.Telemetry;

namespace Emergence.Sinks.Kafka.Metered;

/// <summary>Every instrument of the Kafka client, by OpenTelemetry's messaging conventions. docs/TELEMETRY.md is held to this list by a test.</summary>
public static class KafkaInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Emergence.Kafka";

    internal const string MessagingSystem = "messaging.system";
    internal const string Topic = "messaging.destination.name";
    internal const string Operation = "messaging.operation.name";
    internal const string Group = "messaging.consumer.group.name";
    internal const string Error = "error.type";

    private static readonly InstrumentSet _set = new(new Meter(MeterName, InstrumentSet.Version));

    // The boundaries of the conventions.
    private static readonly double[] _seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<InstrumentDescription> All => _set.All;

    internal static Counter<long> Sent { get; } = _set.Counter<long>(
        "messaging.client.sent.messages", "{message}", "Messages handed to the client library for a topic; those of an aborted transaction were sent too.", MessagingSystem, Topic, Operation, Error + "?");

    internal static Counter<long> SentBytes { get; } = _set.Counter<long>(
        "emergence.kafka.sent.size", "By", "Bytes of the values of those messages.", MessagingSystem, Topic);

    internal static Counter<long> Consumed { get; } = _set.Counter<long>(
        "messaging.client.consumed.messages", "{message}", "Messages that were read from a topic.", MessagingSystem, Topic, Operation, Group + "?");

    internal static Histogram<double> OperationDuration { get; } = _set.Histogram(
        "messaging.client.operation.duration", "s", _seconds, "Time of a call that waits for the broker: init_transactions, commit_transaction, abort_transaction, send_offsets.", MessagingSystem, Operation, Error + "?");

    internal static Histogram<double> ProcessDuration { get; } = _set.Histogram(
        "messaging.process.duration", "s", _seconds, "Time that a member of a consumer group worked on a message.", MessagingSystem, Topic, Operation, Group, Error + "?");
}
