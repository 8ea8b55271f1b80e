namespace Emergence.Sinks.Kafka.Settings;

/// <summary>Properties that may not be given: those the product sets itself, because its promises rest on them, and those of the Java client that librdkafka has not.</summary>
internal static class RefusedProperties
{
    private const string LeaveOut = "leave it out";
    private const string Pem = "librdkafka reads PEM files: give ";

    private static readonly Dictionary<string, (string Problem, string Remedy)> Table = new(StringComparer.Ordinal)
    {
        ["transactional.id"] = Own("it is made of the topics' prefix and the run's name", "choose another --topic-prefix or run name"),
        ["enable.idempotence"] = Own("it is always true: nothing twice", LeaveOut),
        ["acks"] = Own("it is always all: nothing lost", LeaveOut),
        ["request.required.acks"] = Own("it is always all: nothing lost", LeaveOut),
        ["enable.gapless.guarantee"] = Own("failed messages abort their transaction", LeaveOut),
        ["delivery.report.only.error"] = Own("every message's delivery is waited for", LeaveOut),
        ["enable.auto.commit"] = Own("offsets are committed in the transaction of the results", LeaveOut),
        ["enable.auto.offset.store"] = Own("offsets are committed in the transaction of the results", LeaveOut),
        ["isolation.level"] = Own("it is always read_committed", LeaveOut),
        ["auto.offset.reset"] = Own("it is always earliest", LeaveOut),
        ["enable.partition.eof"] = Own("it tells where a topic ends", LeaveOut),
        ["group.id"] = Own("each verb has a group of its own or none", "give workers another --group"),
        ["group.instance.id"] = Own("members of the group come and go", LeaveOut),
        ["partition.assignment.strategy"] = Own("all members must use the same", LeaveOut),
        ["partitioner"] = Own("all producers must send a key to the same partition", LeaveOut),
        ["allow.auto.create.topics"] = Own("topics come from --create-topics", "use --create-topics"),
        ["message.max.bytes"] = Own("it follows the size of messages", "use --kafka-message-bytes"),
        ["max.request.size"] = Own("it follows the size of messages", "use --kafka-message-bytes"),
        ["log.queue"] = Own("what the library logs is handled by the program", LeaveOut),
        ["test.mock.num.brokers"] = Own("it starts a cluster inside the program", "use --kafka embedded"),
        ["sasl.jaas.config"] = Java("give sasl.username and sasl.password"),
        ["sasl.login.callback.handler.class"] = Java("give sasl.oauthbearer.method=oidc with its further properties"),
        ["sasl.client.callback.handler.class"] = Java("give sasl.oauthbearer.method=oidc with its further properties"),
        ["ssl.truststore.location"] = Java(Pem + "ssl.ca.location"),
        ["ssl.truststore.password"] = Java(Pem + "ssl.ca.location, which needs no password"),
        ["ssl.truststore.type"] = Java(Pem + "ssl.ca.location"),
        ["ssl.truststore.certificates"] = Java("give ssl.ca.pem"),
        ["ssl.keystore.type"] = Java(Pem + "ssl.certificate.location and ssl.key.location, or PKCS#12 as ssl.keystore.location"),
        ["ssl.keystore.key"] = Java("give ssl.key.pem"),
        ["ssl.keystore.certificate.chain"] = Java("give ssl.certificate.pem"),
        ["ssl.protocol"] = Java(LeaveOut),
        ["ssl.enabled.protocols"] = Java(LeaveOut),
        ["key.serializer"] = Java(LeaveOut),
        ["value.serializer"] = Java(LeaveOut),
        ["key.deserializer"] = Java(LeaveOut),
        ["value.deserializer"] = Java(LeaveOut),
        ["buffer.memory"] = Java("give queue.buffering.max.kbytes"),
        ["max.block.ms"] = Java(LeaveOut),
        ["max.poll.records"] = Java(LeaveOut),
    };

    /// <summary>Why a property is refused; null when it is not.</summary>
    /// <param name="property">What was given.</param>
    public static PropertyProblem? Find(GivenProperty property)
    {
        if (property.Name.StartsWith("dotnet.", StringComparison.Ordinal))
            return new(property.Where, $"{property.Name} is not for users: the program sets it", LeaveOut);
        // Of these librdkafka would take the text for the address of a function.
        if (property.Name is "opaque" or "interceptors" || (property.Name.Contains('_', StringComparison.Ordinal) && property.Name != "log_level"))
            return new(property.Where, $"{property.Name} is not for users: it stands for a part of a program", LeaveOut);
        return Table.TryGetValue(property.Name, out var found) ? new(property.Where, $"{property.Name} {found.Problem}", found.Remedy) : null;
    }

    private static (string, string) Own(string why, string remedy) => ($"is not for users: {why}", remedy);

    private static (string, string) Java(string remedy) => ("belongs to the Java client; librdkafka has no such property", remedy);
}
