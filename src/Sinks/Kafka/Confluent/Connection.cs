using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Settings;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>Makes the library's clients for one set of brokers, and waits for their answers.</summary>
internal sealed class Connection
{
    private readonly Secrets _secrets;
    private readonly Action<string>? _log;

    /// <summary>Takes what every client needs.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="servers">The brokers; of an embedded cluster its own.</param>
    /// <param name="log">Takes the library's log.</param>
    /// <param name="time">Clock of the longest waits.</param>
    /// <param name="patience">How long calls go on while no broker answers; null: <see cref="Limits.Call"/>, and for commits and aborts the time-out of transactions and somewhat more.</param>
    public Connection(KafkaSettings settings, string servers, Action<string>? log, TimeProvider time, TimeSpan? patience = null)
    {
        Patience = patience ?? Limits.Call;
        TransactionTimeout = settings.TransactionTimeout;
        CompletionPatience = patience ?? TransactionTimeout + Limits.BeyondTransaction;
        Servers = servers;
        Properties = new(settings, servers);
        Time = time;
        _secrets = new(settings.Properties);
        _log = log;
    }

    /// <summary>The brokers.</summary>
    public string Servers { get; }

    /// <summary>Properties of the clients.</summary>
    public ClientProperties Properties { get; }

    /// <summary>Clock of the longest waits.</summary>
    public TimeProvider Time { get; }

    /// <summary>The broker aborts a transaction that is open for longer.</summary>
    public TimeSpan TransactionTimeout { get; }

    /// <summary>How long a call goes on while no broker answers.</summary>
    public TimeSpan Patience { get; }

    /// <summary>The same of a commit or an abort.</summary>
    public TimeSpan CompletionPatience { get; }

    /// <summary>Makes a producer.</summary>
    /// <param name="properties">Its properties.</param>
    /// <param name="events">Hears what belongs to no call.</param>
    public IProducer<byte[], ReadOnlyMemory<byte>> Producer(Dictionary<string, string> properties, out ClientEvents events)
    {
        var heard = events = new ClientEvents(_secrets, _log);
        return Build(() => new ProducerBuilder<byte[], ReadOnlyMemory<byte>>(properties)
            .SetValueSerializer(MemoryBytes.Serializer)
            .SetErrorHandler((_, error) => heard.OnError(error))
            .SetLogHandler((_, line) => heard.OnLog(line))
            .Build());
    }

    /// <summary>Makes a consumer.</summary>
    /// <param name="properties">Its properties.</param>
    /// <param name="events">Hears what belongs to no call.</param>
    /// <param name="more">Further handlers.</param>
    public IConsumer<byte[], byte[]> Consumer(Dictionary<string, string> properties, out ClientEvents events, Action<ConsumerBuilder<byte[], byte[]>>? more = null)
    {
        var heard = events = new ClientEvents(_secrets, _log);
        return Build(() =>
        {
            var builder = new ConsumerBuilder<byte[], byte[]>(properties)
                .SetErrorHandler((_, error) => heard.OnError(error))
                .SetLogHandler((_, line) => heard.OnLog(line));
            more?.Invoke(builder);
            return builder.Build();
        });
    }

    /// <summary>Makes a client that asks and creates.</summary>
    /// <param name="events">Hears what belongs to no call.</param>
    public IAdminClient Admin(out ClientEvents events)
    {
        var heard = events = new ClientEvents(_secrets, _log);
        return Build(() => new AdminClientBuilder(Properties.Admin())
            .SetErrorHandler((_, error) => heard.OnError(error))
            .SetLogHandler((_, line) => heard.OnLog(line))
            .Build());
    }

    /// <summary>
    /// Makes a call that may be made again when it took too long, in short stays, so that cancellation and a refusal of the credentials
    /// are seen soon. Blocks: run it on a thread of its own.
    /// </summary>
    /// <typeparam name="T">Result of the call.</typeparam>
    /// <param name="what">What it does, for messages.</param>
    /// <param name="limit">How long to go on.</param>
    /// <param name="events">What is reported beside the call.</param>
    /// <param name="call">The call; takes how long it may stay.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="serve">Lets the client report what belongs to no call; null when a thread of the library does that, as it does for producers.</param>
    public T Patiently<T>(string what, TimeSpan limit, ClientEvents events, Func<TimeSpan, T> call, CancellationToken cancellationToken, Action? serve = null)
    {
        var start = Time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var result = call(Limits.Slice);
                events.Succeeded();
                return result;
            }
            catch (KafkaException error) when (Failures.IsPatient(error))
            {
                serve?.Invoke();
                if (events.Refusal is not null || Time.GetElapsedTime(start) >= limit)
                    throw Failures.Unreachable(what, Servers, events, error);
                // A broker that is away may be told of at once: then the call does not stay by itself.
                cancellationToken.WaitHandle.WaitOne(Limits.Poll);
            }
            catch (KafkaException error)
            {
                throw Failures.Of(what, error, events);
            }
        }
    }

    private T Build<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new KafkaFailureException(FailureKind.Misconfigured, "Local_InvalidArg", $"librdkafka does not take the Kafka properties: {_secrets.Redact(error.Message).ReplaceLineEndings(" ").TrimEnd('.')}");
        }
    }
}
