using System.Collections.Concurrent;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Confluent;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Confluent;

/// <summary>What the library logs and fails with, whatever it is asked to tell, holds no secret; and refused credentials are told as such.</summary>
public sealed class SecrecyTests
{
    private const string Secret = "hunter2-correct-horse";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(6);
    private readonly ConcurrentQueue<string> _lines = [];

    [Fact]
    public async Task Refused_credentials_are_a_mistake_in_the_settings_told_at_once_and_without_the_password()
    {
        using var broker = new RefusingBroker();
        using var client = Connect(broker.Servers, Sasl("sasl_plaintext"));
        var failures = new List<KafkaFailureException>();
        using (var producer = client.OpenTransactional("t"))
            failures.Add(await Assert.ThrowsAsync<KafkaFailureException>(() => producer.InitialiseAsync(CancellationToken.None)));
        failures.Add(await Assert.ThrowsAsync<KafkaFailureException>(() => client.DescribeAsync(["a"], CancellationToken.None)));
        failures.Add(await Assert.ThrowsAsync<KafkaFailureException>(async () =>
        {
            await foreach (var _ in client.ReadToEndAsync("a", CancellationToken.None))
            {
            }
        }));
        Assert.All(failures, failure =>
        {
            Assert.Equal(FailureKind.Misconfigured, failure.Kind);
            Assert.Contains("Invalid username or password", failure.Message);
            Assert.DoesNotContain(Secret, failure.ToString());
        });
        Silent();
    }

    [Fact]
    public async Task A_broker_without_SASL_or_TLS_is_told_as_one_that_does_not_answer_and_why()
    {
        using var cluster = MockCluster.Start();
        foreach (var protocol in new[] { "sasl_plaintext", "ssl" })
        {
            using var client = Connect(cluster.Servers, protocol == "ssl" ? new() { ["security.protocol"] = "ssl", ["ssl.key.password"] = Secret } : Sasl(protocol));
            using var producer = client.OpenTransactional("t");
            var failure = await Assert.ThrowsAsync<KafkaFailureException>(() => producer.InitialiseAsync(CancellationToken.None));
            Assert.Contains(protocol == "ssl" ? "SSL" : "SASL", failure.Message);
            Assert.DoesNotContain(Secret, failure.ToString());
        }

        Silent();
    }

    private static Dictionary<string, string> Sasl(string protocol) =>
        new() { ["security.protocol"] = protocol, ["sasl.mechanism"] = "PLAIN", ["sasl.username"] = "me", ["sasl.password"] = Secret };

    private ConfluentClient Connect(string servers, Dictionary<string, string> properties)
    {
        KafkaClientLibrary.UseMachineLibrary();
        properties["debug"] = "all";
        return new(new KafkaSettings { Servers = servers, Properties = properties }, _lines.Enqueue, Soon);
    }

    private void Silent()
    {
        Assert.True(_lines.Count > 20, "the library logged next to nothing, so this test would show nothing");
        Assert.DoesNotContain(_lines, line => line.Contains(Secret, StringComparison.Ordinal) || line.Contains(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Secret)), StringComparison.Ordinal));
    }
}
