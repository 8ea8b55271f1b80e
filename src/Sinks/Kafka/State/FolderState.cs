using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.Kafka.Records;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.State;

/// <summary>Brings a layer group's run folder to a worker that shares no disk with the one that had the group before.</summary>
/// <param name="client">Kafka; not disposed.</param>
/// <param name="topics">The topics.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Told when the broker goes and comes back.</param>
/// <param name="random">Numbers from 0 to 1 that spread the pauses before something is tried again; null takes the machine's.</param>
public sealed class FolderState(IKafkaClient client, KafkaTopics topics, TimeProvider time, Action<PublishEvent> tell, Func<double>? random = null)
{
    /// <summary>
    /// Makes a group's run folder what the topics say it was at the newest published commit, unless it has that commit: then it is as new, or newer
    /// by what is not published yet. Former owners are fenced first, so that what is read stays true.
    /// </summary>
    /// <param name="run">Run name.</param>
    /// <param name="group">Layer group.</param>
    /// <param name="folder">The group's run folder; nobody else writes to it.</param>
    /// <param name="cancellationToken">Gives up; the folder is then as it was.</param>
    /// <returns>Whether the folder was brought.</returns>
    /// <exception cref="BadInputException">The topic does not have the folder whole.</exception>
    /// <exception cref="PublishException">The broker refuses it.</exception>
    public async Task<bool> BringAsync(string run, string group, string folder, CancellationToken cancellationToken)
    {
        CommitNotice? newest = null;
        using var sender = new TransactionSender(
            client,
            topics.TransactionalId(run, group),
            $"{run}/{group}",
            async cancellation => newest = (await Cursor.ReadAsync(client, topics.Commits, run, group, cancellation).ConfigureAwait(false))?.Notice,
            time,
            tell,
            random);
        await sender.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (newest is null || Has(folder, newest))
        {
            return false;
        }

        var parent = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        var draft = Path.Combine(parent, $"{FolderLayout.Temporary}{group}");
        try
        {
            await sender.ReadAsync(cancellation => ReceiveAsync(run, group, draft, cancellation), cancellationToken).ConfigureAwait(false);
            if (!Has(draft, newest))
            {
                throw new BadInputException(topics.State, $"key {run}/{group}", $"it lacks commit {newest.Sequence} (step {newest.Step}), which is published: the worker that made it does not replicate its folder", "start every worker of the group with --state kafka, or give them one disk and --state disk");
            }

            if (Directory.Exists(folder))
            {
                // What it has and the topics lack was never published, and its owner was fenced: it is worked on again.
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(draft, folder);
            Durability.Flush(parent);
            return true;
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            throw FolderFault.Explain(folder, e);
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }

    private static bool Has(string folder, CommitNotice notice) =>
        File.Exists(Path.Combine(folder, RunDescriptionFile.Name))
        && RunFolderReader.Open(folder).ReadCommits().Any(c => c.Sequence == notice.Sequence && c.Hash == notice.Hash);

    private async Task ReceiveAsync(string run, string group, string draft, CancellationToken cancellationToken)
    {
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        Directory.CreateDirectory(draft);
        var receiver = new StateReceiver(draft, run, group);
        await foreach (var message in client.ReadToEndAsync(topics.State, cancellationToken).ConfigureAwait(false))
        {
            receiver.Take(message);
        }

        receiver.Complete();
    }
}
