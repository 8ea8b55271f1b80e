using Emergence.Cli.Commands;
using Emergence.TestBroker.Server;
using Emergence.TestKit.Kafka;

namespace Emergence.Cli.Tests.Doctor;

public sealed class KafkaBrokerCheckTests : IDisposable
{
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_broker_is_healthy_when_it_answers_has_transactions_and_topics_that_fit()
    {
        await using var broker = TransactionalBroker.Start(new BrokerOptions());
        Assert.Equal(1, await Doctor("--kafka", broker.Address));
        Assert.Contains($"ok       kafka          {broker.Address} answers (no TLS)", _program.Output);
        Assert.Contains("ok       transactions", _program.Output);
        Assert.Contains("FAULT    topics         emergence.commits: it is not there", _program.Output);
        Assert.Contains("--create-topics", _program.Output);
        Assert.Equal(0, await Doctor("--kafka", broker.Address, "--create-topics", "--partitions", "2"));
        Assert.Contains("ok       topics         emergence.*: all 9 are there and fit", _program.Output);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_fault_with_its_cause_and_a_remedy()
    {
        string address;
        await using (var broker = TransactionalBroker.Start(new BrokerOptions()))
            address = broker.Address;
        Assert.Equal(1, await Doctor("--kafka", address, "--json"));
        Assert.Contains("does not answer", _program.Output);
        Assert.Contains("refused", _program.Output);
        Assert.Contains("advertised.listeners", _program.Output);
    }

    [Fact]
    public async Task Credentials_that_are_refused_are_told_without_the_password()
    {
        using var broker = new RefusingBroker();
        _program.Environment["EMERGENCE_KAFKA_SASL_PASSWORD"] = "hunter2-correct-horse";
        var file = _program.File("kafka.properties", "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.username=me\n");
        foreach (var json in new[] { false, true })
            Assert.Equal(1, await Doctor(["--kafka", broker.Servers, "--kafka-config", file, .. json ? ["--json"] : Array.Empty<string>()]));
        Assert.Contains("Invalid username or password", _program.Output);
        Assert.Contains("SASL PLAIN", _program.Output);
        Assert.Contains("EMERGENCE_KAFKA_SASL_PASSWORD", _program.Output);
        Assert.DoesNotContain("hunter2", _program.Output + _program.Error);
    }

    [Fact]
    public async Task Without_a_broker_none_is_looked_for()
    {
        Assert.Equal(0, await Doctor());
        Assert.DoesNotContain("transactions", _program.Output);
    }

    private Task<int> Doctor(params string[] arguments) => _program.RunAsync(DoctorCommand.Create(_program.Host, (_, _) => []), ["doctor", .. arguments]);
}
