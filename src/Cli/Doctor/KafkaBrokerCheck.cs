using Emergence.Cli.Options;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Settings;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Cli.Doctor;

/// <summary>The brokers that were named: whether they answer, take our credentials and transactions, and have topics that fit.</summary>
/// <param name="choice">What was asked for about Kafka.</param>
/// <param name="connect">Makes the client.</param>
internal sealed class KafkaBrokerCheck(KafkaChoice choice, Func<KafkaSettings, IKafkaClient> connect) : IDoctorCheck
{
    private const string Transactions = "transactions";
    private const string Topics = "topics";

    /// <inheritdoc/>
    public string Part => "kafka";

    // A run cannot be called "", so no program that publishes is fenced by this id.
    private string ThrowAwayId => choice.Settings.Topics.TransactionalId("", "doctor");

    /// <inheritdoc/>
    public IEnumerable<CheckResult> Check()
    {
        using var client = connect(choice.Settings);
        IReadOnlyList<TopicFault>? faults = null;
        KafkaFailureException? failure = null;
        try
        {
            client.DescribeAsync([choice.Settings.Topics.Commits], CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (KafkaFailureException error)
        {
            failure = error;
        }

        if (failure is not null)
        {
            yield return Failed(Part, failure);
            yield break;
        }

        yield return new(Part, CheckState.Ok, $"{choice.Settings.Servers} answers{How()}");
        yield return Transaction(client);
        try
        {
            faults = TopicInspection.EnsureAsync(client, choice.Settings, choice.Topics, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (KafkaFailureException error)
        {
            failure = error;
        }

        if (failure is not null)
            yield return Failed(Topics, failure);
        else if (faults!.Count == 0)
            yield return new(Topics, CheckState.Ok, $"{choice.Settings.Topics.Prefix}.*: all {TopicPlans.All(choice.Settings, choice.Topics).Count} are there and fit");
        foreach (var fault in faults ?? [])
            yield return new(Topics, fault.Fatal ? CheckState.Fault : CheckState.Warning, $"{fault.Topic}: {fault.Problem}", fault.Remedy);
    }

    private CheckResult Transaction(IKafkaClient client)
    {
        try
        {
            using var producer = client.OpenTransactional(ThrowAwayId);
            producer.InitialiseAsync(CancellationToken.None).GetAwaiter().GetResult();
            return new(Transactions, CheckState.Ok, $"idempotent producers and transactions work (tried as {ThrowAwayId})");
        }
        catch (KafkaFailureException error)
        {
            return Failed(Transactions, error);
        }
    }

    private string How()
    {
        if (choice.Settings.Servers == ServerList.Embedded)
            return ": a cluster in this process, for trying out, which keeps nothing";
        var protocol = choice.Settings.Properties.GetValueOrDefault("security.protocol")?.ToLowerInvariant() ?? "plaintext";
        var mechanism = protocol.StartsWith("sasl", StringComparison.Ordinal)
            ? $", SASL {choice.Settings.Properties.GetValueOrDefault("sasl.mechanism") ?? choice.Settings.Properties.GetValueOrDefault("sasl.mechanisms") ?? "GSSAPI"}"
            : "";
        return $" ({(protocol.EndsWith("ssl", StringComparison.Ordinal) ? "TLS" : "no TLS")}{mechanism})";
    }

    private CheckResult Failed(string part, KafkaFailureException failure) => new(part, CheckState.Fault, $"{failure.Message}{(part == Part ? How() : "")}", failure.Kind switch
    {
        FailureKind.Retriable => "See that a broker listens there, that its advertised.listeners can be reached from this machine, and that security.protocol is the listener's",
        FailureKind.Fenced or FailureKind.ProducerLost or FailureKind.Abortable => "Run doctor again",
        _ when failure.Code.Contains("Authentication", StringComparison.Ordinal) || failure.Code.Contains("Sasl", StringComparison.Ordinal) => "Mend sasl.mechanism, sasl.username and EMERGENCE_KAFKA_SASL_PASSWORD (or the file of --kafka-config)",
        _ when failure.Code.Contains("Ssl", StringComparison.Ordinal) => "Mend ssl.ca.location (the authority that signed the broker's certificate), or name the broker as its certificate does",
        _ when failure.Code.Contains("Authorization", StringComparison.Ordinal) => $"Have the user allowed: topics and transactional ids that begin with {choice.Settings.Topics.Prefix}., group {choice.Settings.Topics.Prefix}.read, idempotent writes",
        _ => "Mend what the message names, then run doctor again",
    });
}
