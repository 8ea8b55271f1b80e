using System.Security.Cryptography;
using Emergence.Broker.Tests.Suite;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Records;

namespace Emergence.Broker.Tests.Crash;

/// <summary>What a reader of what is committed finds in the topics of one prefix: per topic and key, the messages in order.</summary>
internal sealed class PublishedRun
{
    private readonly SortedDictionary<string, List<string>> _byKey = new(StringComparer.Ordinal);

    /// <summary>Messages of all keys.</summary>
    public int Messages => _byKey.Values.Sum(messages => messages.Count);

    /// <summary>Reads all of it.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="prefix">The topics' prefix.</param>
    /// <param name="sameFolder">Whether the runs that are compared were published from the same folder, so that seconds and hashes are the same too.</param>
    public static async Task<PublishedRun> ReadAsync(BrokerUnderTest broker, string prefix, bool sameFolder)
    {
        var topics = new KafkaTopics(prefix);
        var run = new PublishedRun();
        using var late = new CancellationTokenSource(broker.Patience);
        using var client = KafkaClients.Connect(new KafkaSettings { Servers = broker.Servers, Topics = topics });
        var names = TableSchema.Each.Select(topics.Of).Append(topics.Commits).ToList();
        var read = await Task.WhenAll(names.Select(async topic =>
        {
            List<ReceivedMessage> messages = [];
            await foreach (var message in client.ReadToEndAsync(topic, late.Token))
                messages.Add(message);
            return messages;
        }));
        foreach (var (topic, messages) in names.Zip(read))
        {
            foreach (var message in messages)
                run.Add(topic[(prefix.Length + 1)..], message, sameFolder);
        }

        return run;
    }

    /// <summary>What is missing, twice, in another order or otherwise than in an undisturbed run; empty when nothing is.</summary>
    public IReadOnlyList<string> Differences(PublishedRun undisturbed)
    {
        List<string> found = [];
        foreach (var key in _byKey.Keys.Union(undisturbed._byKey.Keys))
        {
            var (mine, others) = (_byKey.GetValueOrDefault(key) ?? [], undisturbed._byKey.GetValueOrDefault(key) ?? []);
            if (mine.SequenceEqual(others))
                continue;
            var missing = others.Except(mine).ToList();
            var twice = mine.CountBy(message => message).Where(count => count.Value > 1).Select(count => count.Key).ToList();
            found.Add($"{key}: {mine.Count} messages instead of {others.Count}; missing: {string.Join(" | ", missing)}; more than once: {string.Join(" | ", twice)}; "
                + $"not expected: {string.Join(" | ", mine.Except(others))}");
        }

        return found;
    }

    private void Add(string topic, ReceivedMessage message, bool sameFolder)
    {
        var headers = string.Join(' ', message.Headers.Select(header => $"{header.Key}={header.Value}"));
        var value = Convert.ToHexStringLower(SHA256.HashData(message.Value ?? []))[..16];
        // Whoever published it has a name of its own.
        if (topic == "commits" && CommitNotice.Read(message.Value ?? []) is { Publisher: not null } notice)
            value = $"{(sameFolder ? notice : notice with { Hash = "", CommittedAt = default }) with { Publisher = null }}";
        else if (!sameFolder && topic == "health")
            value = "seconds differ";
        var key = $"{topic} {message.Key}";
        if (!_byKey.TryGetValue(key, out var messages))
            _byKey[key] = messages = [];
        messages.Add($"{headers} {value}");
    }
}
