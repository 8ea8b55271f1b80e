using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Settings;

namespace Emergence.Sinks.Tests.Kafka.Settings;

public sealed class PropertyCheckTests
{
    private readonly List<PropertyProblem> _problems = [];

    [Fact]
    public void Properties_of_security_pass_and_the_first_of_a_name_wins()
    {
        var merged = Merge(
            ("sasl.password", "from the environment"), ("security.protocol", "sasl_plaintext"), ("sasl.mechanism", "SCRAM-SHA-512"), ("sasl.username", "u"), ("sasl.password", "from the file"), ("ssl.endpoint.identification.algorithm", "none"));
        Assert.Empty(_problems);
        Assert.Equal("from the environment", merged["sasl.password"]);
        Assert.Equal(5, merged.Count);
    }

    [Theory]
    [InlineData("transactional.id", "--topic-prefix")]
    [InlineData("enable.auto.commit", "leave it out")]
    [InlineData("isolation.level", "leave it out")]
    [InlineData("enable.idempotence", "leave it out")]
    [InlineData("message.max.bytes", "--kafka-message-bytes")]
    [InlineData("test.mock.num.brokers", "--kafka embedded")]
    [InlineData("sasl.jaas.config", "sasl.username")]
    [InlineData("ssl.truststore.location", "ssl.ca.location")]
    [InlineData("socket_cb", "leave it out")]
    [InlineData("opaque", "leave it out")]
    [InlineData("dotnet.producer.enable.background.poll", "leave it out")]
    public void What_the_product_sets_itself_and_what_only_Java_has_is_refused_with_a_remedy(string name, string remedy)
    {
        Assert.Empty(Merge((name, "hunter2")));
        var problem = Assert.Single(_problems);
        Assert.Equal("here", problem.Where);
        Assert.StartsWith(name, problem.Problem);
        Assert.Contains(remedy, problem.Remedy);
        Assert.DoesNotContain("hunter2", problem.ToString());
    }

    [Fact]
    public void Every_property_that_the_library_does_not_know_or_take_is_named()
    {
        var merged = Merge(("sasl.pasword", "hunter2"), ("security.protocol", "tls"), ("linger.ms", "soon"), ("socket.timeout.ms", "1"), ("client.id", "me"));
        Assert.Equal(["client.id"], merged.Keys);
        Assert.Equal(["linger.ms", "sasl.pasword", "security.protocol", "socket.timeout.ms"], _problems.Select(p => p.Problem.Split(' ')).Select(w => w.First(x => x.Contains('.') && !char.IsDigit(x[0])).TrimEnd(':')).Order());
        Assert.All(_problems, p => Assert.DoesNotContain("hunter2", p.ToString()));
    }

    [Fact]
    public void Files_of_certificates_are_looked_at_before_anything_is_connected()
    {
        Merge(("security.protocol", "ssl"), ("ssl.ca.location", "/nowhere/ca.pem"));
        var problem = Assert.Single(_problems);
        Assert.Contains("ssl.ca.location", problem.Problem);
    }

    [Fact]
    public void The_text_of_settings_has_no_secret()
    {
        var settings = new KafkaSettings { Servers = "a:1", Properties = new Dictionary<string, string> { ["sasl.password"] = "hunter2" } };
        Assert.DoesNotContain("hunter2", settings.ToString());
        Assert.DoesNotContain("hunter2", new GivenProperty("sasl.password", "hunter2", "here").ToString());
    }

    [Theory]
    [InlineData("sasl.password", true)]
    [InlineData("ssl.key.password", true)]
    [InlineData("ssl.key.pem", true)]
    [InlineData("sasl.oauthbearer.client.secret", true)]
    [InlineData("sasl.username", false)]
    [InlineData("security.protocol", false)]
    public void Secrets_are_told_by_name_and_taken_out_of_texts(string name, bool secret)
    {
        Assert.Equal(secret, Secrets.IsSecret(name));
        var text = new Secrets([KeyValuePair.Create(name, "hunter2")]).Redact("said hunter2 twice: hunter2");
        Assert.Equal(secret ? "said *** twice: ***" : "said hunter2 twice: hunter2", text);
    }

    private IReadOnlyDictionary<string, string> Merge(params (string Name, string Value)[] given) =>
        PropertyCheck.Merge(given.Select(p => new GivenProperty(p.Name, p.Value, "here")), _problems);
}
