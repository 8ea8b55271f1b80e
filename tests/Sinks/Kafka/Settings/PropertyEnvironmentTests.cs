using Emergence.Sinks.Kafka.Settings;

namespace Emergence.Sinks.Tests.Kafka.Settings;

public sealed class PropertyEnvironmentTests
{
    [Fact]
    public void Variables_are_properties_with_dots_for_underscores_and_settings_and_service_links_are_none()
    {
        var variables = new Dictionary<string, string>
        {
            ["EMERGENCE_KAFKA_SASL_PASSWORD"] = "hunter2",
            ["EMERGENCE_KAFKA_SECURITY_PROTOCOL"] = "sasl_ssl",
            ["EMERGENCE_KAFKA_CONFIG"] = "file",
            ["EMERGENCE_KAFKA_EMPTY"] = "",
            ["EMERGENCE_KAFKA"] = "a:1",
            ["EMERGENCE_KAFKA_"] = "x",
            ["EMERGENCE_KAFKA_PORT"] = "tcp://10.0.0.1:9092",
            ["EMERGENCE_KAFKA_PORT_9092_TCP_ADDR"] = "10.0.0.1",
            ["EMERGENCE_KAFKA_SERVICE_HOST"] = "10.0.0.1",
            ["EMERGENCE_KAFKA_SERVICE_PORT_CLIENTS"] = "9092",
            ["PATH"] = "/bin",
        };
        var read = PropertyEnvironment.Read(variables.Keys, variables.GetValueOrDefault, ["EMERGENCE_KAFKA_CONFIG"]);
        Assert.Equal([("sasl.password", "hunter2"), ("security.protocol", "sasl_ssl")], read.Select(p => (p.Name, p.Value)));
        Assert.Equal("EMERGENCE_KAFKA_SASL_PASSWORD", read[0].Where);
    }
}
