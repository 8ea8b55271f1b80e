using System.Security.Cryptography;
using System.Text;
using Emergence.Pipeline.Progress;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Announcing;

/// <summary>
/// Sends announcements: one transaction per checkpoint over all groups, once. The journal is written behind the transaction; when the outcome of
/// one is not known the topic says it. Not for several threads at once.
/// </summary>
internal sealed class Announcer : IDisposable
{
    /// <summary>What stands for the group in the announcer's transactional id: no layer group may be named so, because its worker would fence the announcer.</summary>
    public const string Name = "announcer";

    private const string ContentType = "application/json";

    private readonly IKafkaClient _client;
    private readonly KafkaTopics _topics;
    private readonly string _run;
    private readonly AnnouncementJournal _journal;
    private readonly TransactionSender _sender;

    /// <summary>Makes one. Connects to nothing yet.</summary>
    /// <param name="client">Kafka; stays the caller's.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="run">Run name.</param>
    /// <param name="journal">What was announced.</param>
    /// <param name="tell">Told what a person should know.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Numbers from 0 to 1 that spread pauses; null takes the machine's.</param>
    public Announcer(IKafkaClient client, KafkaTopics topics, string run, AnnouncementJournal journal, Action<WatchEvent> tell, TimeProvider time, Func<double>? random = null)
    {
        (_client, _topics, _run, _journal) = (client, topics, run, journal);
        _sender = new TransactionSender(client, topics.TransactionalId(run, Name), $"announcements of {run}", ReadBackAsync, time, e => tell(new RunRemark(BrokerLine.Of(e))), random);
    }

    /// <summary>Takes over from an earlier announcer of the run, and adds to the journal what that announced and did not record.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BadInputException">Another run of that name was announced in the topic.</exception>
    /// <exception cref="PublishException">The broker refuses it for good, or another announcer has taken over.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_journal.Entries.Count == 0)
        {
            // Taking over fences whoever announces a run of that name: not before it is known to be this run. One that has announced before is.
            await _sender.ReadAsync(ReadBackAsync, cancellationToken);
        }

        await _sender.OpenAsync(cancellationToken);
    }

    /// <summary>Announces a checkpoint; afterwards it is in the topic and in the journal.</summary>
    /// <param name="groups">The announcement of each group, with the journal's next number.</param>
    /// <param name="cancellationToken">Gives up; whether it was announced is not known then.</param>
    /// <exception cref="PublishException">The broker refuses it for good, or another announcer has taken over.</exception>
    public async Task AnnounceAsync(IReadOnlyList<Announcement> groups, CancellationToken cancellationToken)
    {
        bool IsRecorded() => _journal.Entries.Count >= groups[0].Number;
        await _sender.SendAsync(IsRecorded, () => [.. groups.Select(Message)], cancellationToken);
        if (!IsRecorded())
        {
            _journal.Add(JournalEntry.Of(groups[0]));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    private KafkaMessage Message(Announcement announcement, int place) => new(
        _topics.Checkpoints,
        announcement.Key,
        announcement.ToBytes(),
        [new("content-type", ContentType), new("run", announcement.Run), new("step", $"{announcement.Step}")])
    {
        Partition = _journal.Partitions![place],
    };

    /// <summary>
    /// Decides once where the groups of a run go. Where some of it is in the topic, they go on where they are: a topic that has been given more partitions
    /// since must not bring a group's work to two workers. At first they go to partitions that follow each other, so that no two are in one where there
    /// are enough: left to the hash of the key, two groups may share a partition, and the worker that has it would have both. Where a run begins
    /// depends on its name.
    /// </summary>
    /// <param name="found">The partition of the first announcement of each group that was found in the topic.</param>
    /// <param name="partitions">How many the topic has.</param>
    private void Place(Dictionary<string, int> found, int partitions)
    {
        var known = _journal.Partitions is { } recorded && (found.Count > 0 || recorded.All(p => p < partitions)) ? recorded : null;
        _journal.Place([.. _journal.Groups.Select((group, place) =>
            found.TryGetValue(group, out var partition) ? partition : known?[place] ?? (int)((First(_run) + (uint)place) % (uint)partitions))]);
    }

    // string.GetHashCode differs from process to process.
    private static uint First(string run) => BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(run))) >> 1;

    private async Task ReadBackAsync(CancellationToken cancellationToken)
    {
        var topic = await _client.DescribeAsync([_topics.Checkpoints], cancellationToken);
        var places = new Dictionary<string, int>();
        var found = new SortedDictionary<long, JournalEntry>();
        await foreach (var message in _client.ReadToEndAsync(_topics.Checkpoints, cancellationToken))
        {
            if (message.Key?.StartsWith(_run + "/", StringComparison.Ordinal) != true)
            {
                continue;
            }

            Announcement announcement;
            try
            {
                announcement = AnnouncementReader.Parse(message);
            }
            catch (MalformedAnnouncementException)
            {
                // Workers pass it over and say so.
                continue;
            }

            if (announcement.Began != _journal.Began)
            {
                throw new BadInputException(
                    _topics.Checkpoints, $"{message.Place}", $"another run named {_run} was announced here, begun {announcement.Began:u}", "give the run another name (--out), or its topics another --topic-prefix");
            }

            found[announcement.Number] = JournalEntry.Of(announcement);
            places.TryAdd(announcement.Group, message.Place.Partition);
        }

        while (found.TryGetValue(_journal.Entries.Count + 1, out var next))
        {
            _journal.Add(next);
        }

        Place(places, Math.Max(1, topic.Count > 0 ? topic[0].Partitions : 1));
    }
}
