using System.Runtime.CompilerServices;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Reading;
using Emergence.Stages.Input;

namespace Emergence.Cli.Tail;

/// <summary>
/// Reads a table's topic: what is committed, parts put together, messages that are none passed over. Where following goes on is told by offsets,
/// so that no clock matters.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="topics">Names of the topics.</param>
internal sealed class KafkaTail(IKafkaClient client, KafkaTopics topics) : ITailSource
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<TailPiece> ReadAsync(TailQuery query, ITailNotes notes, [EnumeratorCancellation] CancellationToken stop)
    {
        var topic = topics.Of(query.Table);
        var parts = new PartAssembly();
        var repeated = query.Repeated ? null : new RepeatedRows(query.Table, notes);
        var next = new Dictionary<int, MessagePlace>();
        if (query is not { Follow: true, Last: 0 })
        {
            var kept = new NewestCheckpoints(query.Last);
            await foreach (var message in client.ReadToEndAsync(topic, stop))
            {
                next[message.Place.Partition] = message.Place with { Offset = message.Place.Offset + 1 };
                if (Take(message) is not { } piece)
                    continue;
                if (query.Last == 0)
                    yield return piece;
                else
                    kept.Add(piece);
            }

            foreach (var piece in kept.InOrder())
                yield return piece;
        }

        if (!query.Follow)
        {
            parts.End(Refuse);
            yield break;
        }

        await foreach (var message in client.FollowAsync([topic], next.Values, stop))
        {
            if (Take(message) is { } piece)
                yield return piece;
        }

        void Refuse(BadInputException error) => notes.Refused(error.Message);

        TailPiece? Take(ReceivedMessage message)
        {
            // A message that says of itself to be another run's is not looked at, whatever it holds.
            if (query.Run is not null && message.Header("run") is { } run && run != query.Run)
                return null;
            try
            {
                var rows = TableMessageReader.Read(message, query.Table);
                return rows.Rows.Step >= query.FromStep
                    && parts.Add(rows, message.Value!.Length, Refuse, cut => notes.Told(cut)) is { } whole
                    && repeated?.IsNew(whole) != false ? new TailPiece(whole.Run, whole.Rows) : null;
            }
            catch (BadInputException error)
            {
                Refuse(error);
                return null;
            }
        }
    }
}
