using System.Runtime.CompilerServices;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Reading;
using Emergence.Stages.Input;

namespace Emergence.Cli.Tail;

/// <summary>Reads a table's topic: what is committed, parts put together, messages that are none passed over.</summary>
/// <param name="client">The client.</param>
/// <param name="topics">Names of the topics.</param>
/// <param name="time">Says where following begins.</param>
internal sealed class KafkaTail(IKafkaClient client, KafkaTopics topics, TimeProvider time) : ITailSource
{
    // Following begins that long before the newest message: who reads by offsets needs no clock, but the broker is asked by time, and
    // producers' clocks differ.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TailPiece> ReadAsync(TailQuery query, Action<string> refused, [EnumeratorCancellation] CancellationToken stop)
    {
        var topic = topics.Of(query.Table);
        var parts = new PartAssembly();
        void Refuse(BadInputException error) => refused(error.Message);

        if (query is { Follow: true, Last: 0 })
        {
            await foreach (var message in client.FollowAsync([topic], null, stop))
            {
                if (Take(message, query, parts, Refuse) is { } piece)
                    yield return piece;
            }
        }

        var seen = new Dictionary<int, long>();
        var newest = time.GetUtcNow();
        var kept = new NewestCheckpoints(query.Last);
        await foreach (var message in client.ReadToEndAsync(topic, stop))
        {
            seen[message.Place.Partition] = message.Place.Offset;
            newest = message.At < newest ? newest : message.At;
            if (Take(message, query, parts, Refuse) is not { } piece)
                continue;
            if (query.Last == 0)
                yield return piece;
            else
                kept.Add(piece);
        }

        foreach (var piece in kept.InOrder())
            yield return piece;
        if (!query.Follow)
        {
            parts.End(Refuse);
            yield break;
        }

        await foreach (var message in client.FollowAsync([topic], newest - ClockDifference, stop))
        {
            if (seen.TryGetValue(message.Place.Partition, out var offset) && message.Place.Offset <= offset)
                continue;
            if (Take(message, query, parts, Refuse) is { } piece)
                yield return piece;
        }
    }

    private static TailPiece? Take(ReceivedMessage message, TailQuery query, PartAssembly parts, Action<BadInputException> refused)
    {
        // A message that says of itself to be another run's is not looked at, whatever it holds.
        if (query.Run is not null && message.Header("run") is { } run && run != query.Run)
            return null;
        try
        {
            var rows = TableMessageReader.Read(message, query.Table);
            return rows.Rows.Step >= query.FromStep && parts.Add(rows, message.Value!.Length, refused) is { } whole ? new TailPiece(whole.Run, whole.Rows) : null;
        }
        catch (BadInputException error)
        {
            refused(error);
            return null;
        }
    }
}
