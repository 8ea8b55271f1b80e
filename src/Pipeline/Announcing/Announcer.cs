using Emergence.Pipeline.Progress;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Announcing;

/// <summary>
/// Sends announcements: one transaction per checkpoint over all groups, once. Whatever fails, a new producer ends what the old one left
/// open, and the topic then says whether the transaction was committed; only then is it begun again or recorded in the journal.
/// Not for several threads at once.
/// </summary>
/// <param name="client">Kafka.</param>
/// <param name="topics">The topics.</param>
/// <param name="run">Run name.</param>
/// <param name="journal">What was announced.</param>
/// <param name="tell">Told what a person should know.</param>
/// <param name="time">The clock.</param>
internal sealed class Announcer(IKafkaClient client, KafkaTopics topics, string run, AnnouncementJournal journal, Action<WatchEvent> tell, TimeProvider time) : IDisposable
{
    /// <summary>What stands for the group in the announcer's transactional id; no layer group is named so.</summary>
    public const string IdSuffix = "announcer";

    private const string ContentType = "application/json";
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);
    private ITransactionalProducer? _producer;

    /// <summary>Takes over from an earlier announcer of the run, and adds to the journal what that announced and did not record.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BadInputException">Another run of that name was announced in the topic.</exception>
    /// <exception cref="KafkaFailureException">The broker refuses it for good, or another announcer has taken over.</exception>
    public Task OpenAsync(CancellationToken cancellationToken) => PersistAsync(() => ReadyAsync(cancellationToken), cancellationToken);

    /// <summary>Announces a checkpoint; afterwards it is in the topic and in the journal.</summary>
    /// <param name="groups">The announcement of each group, with the journal's next number.</param>
    /// <param name="cancellationToken">Gives up; whether it was announced is not known then.</param>
    /// <exception cref="KafkaFailureException">The broker refuses it for good, or another announcer has taken over.</exception>
    public Task AnnounceAsync(IReadOnlyList<Announcement> groups, CancellationToken cancellationToken) => PersistAsync(
        async () =>
        {
            await ReadyAsync(cancellationToken);
            if (journal.Entries.Count >= groups[0].Number)
            {
                return;
            }

            _producer!.Begin();
            foreach (var announcement in groups)
            {
                await _producer.SendAsync(Message(announcement), cancellationToken);
            }

            await _producer.CommitAsync(cancellationToken);
            journal.Add(JournalEntry.Of(groups[0]));
        },
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _producer?.Dispose();

    private KafkaMessage Message(Announcement announcement) => new(
        topics.Checkpoints,
        announcement.Key,
        announcement.ToBytes(),
        [new("content-type", ContentType), new("run", announcement.Run), new("step", $"{announcement.Step}")]);

    private async Task PersistAsync(Func<Task> attempt, CancellationToken cancellationToken)
    {
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            try
            {
                await attempt();
                return;
            }
            catch (KafkaFailureException e) when (e.Kind is FailureKind.Retriable or FailureKind.Abortable or FailureKind.ProducerLost)
            {
                _producer?.Dispose();
                _producer = null;
                tell(new RunRemark($"announcing waits: {e.Message}"));
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        if (_producer is not null)
        {
            return;
        }

        var producer = client.OpenTransactional(topics.TransactionalId(run, IdSuffix));
        try
        {
            await producer.InitialiseAsync(cancellationToken);
            await ReadBackAsync(cancellationToken);
            _producer = producer;
        }
        catch
        {
            producer.Dispose();
            throw;
        }
    }

    private async Task ReadBackAsync(CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<long, JournalEntry>();
        await foreach (var message in client.ReadToEndAsync(topics.Checkpoints, cancellationToken))
        {
            if (message.Key?.StartsWith(run + "/", StringComparison.Ordinal) != true)
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

            if (announcement.Began != journal.Began)
            {
                throw new BadInputException(
                    topics.Checkpoints, $"{message.Place}", $"another run named {run} was announced here, begun {announcement.Began:u}", "give the run another name (--out), or its topics another --topic-prefix");
            }

            found[announcement.Number] = JournalEntry.Of(announcement);
        }

        while (found.TryGetValue(journal.Entries.Count + 1, out var next))
        {
            journal.Add(next);
        }
    }
}
