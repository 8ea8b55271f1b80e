using Emergence.Sinks.Kafka.Settings;

namespace Emergence.Sinks.Tests.Kafka.Settings;

public sealed class ServerListTests
{
    [Theory]
    [InlineData("localhost:9092")]
    [InlineData("kafka-1.example.org:9092, 10.0.0.7:1,[::1]:65535")]
    [InlineData("embedded")]
    public void A_list_of_hosts_and_ports_is_right(string servers) => Assert.Null(ServerList.Check(servers, "--kafka"));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a:1,,b:2", "empty")]
    [InlineData("localhost", "no port")]
    [InlineData("localhost:0", "no port")]
    [InlineData("localhost:65536", "no port")]
    [InlineData("localhost:http", "no port")]
    [InlineData("::1:9092", "no port")]
    [InlineData(":9092", "not the name")]
    [InlineData("a b:9092", "not the name")]
    [InlineData("SASL_SSL://a:9092", "security.protocol")]
    public void What_is_wrong_is_said(string servers, string problem)
    {
        var found = ServerList.Check(servers, "--kafka");
        Assert.Contains(problem, found!.Problem);
        Assert.Equal("--kafka", found.Where);
    }

    [Fact]
    public void A_password_in_the_list_is_refused_and_not_repeated()
    {
        var found = ServerList.Check("me:hunter2@kafka:9092", "--kafka");
        Assert.Contains("sasl.password", found!.Problem);
        Assert.DoesNotContain("hunter2", found.ToString());
    }
}
