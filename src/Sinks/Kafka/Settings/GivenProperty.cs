namespace Emergence.Sinks.Kafka.Settings;

/// <summary>A property of librdkafka that the user gave. Its text leaves the value out, which may be a secret.</summary>
/// <param name="Name">Its name, such as <c>security.protocol</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Where">Where it stands, for messages: <c>kafka.properties line 3</c> or <c>EMERGENCE_KAFKA_SASL_PASSWORD</c>.</param>
public sealed record GivenProperty(string Name, string Value, string Where)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Where})";
}
