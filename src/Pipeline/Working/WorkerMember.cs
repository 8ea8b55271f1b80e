using Emergence.Pipeline.Announcing;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.Kafka.State;
using Emergence.Sinks.RunFolder;

namespace Emergence.Pipeline.Working;

/// <summary>
/// What a worker does with the messages it is given. An announcement becomes a commit in its group's run folder; then the rows, the record
/// of the commit and the group's offset are one transaction. Whatever dies in between, the message is delivered again, is found committed,
/// and only published. One checkpoint is worked on at a time, whatever group it is of: there is one device.
/// </summary>
/// <param name="client">Kafka; stays the caller's.</param>
/// <param name="settings">Topics and sizes.</param>
/// <param name="consumerGroup">Name of the consumer group.</param>
/// <param name="producer">The program and its version.</param>
/// <param name="reader">Reads announcements.</param>
/// <param name="opener">Opens groups.</param>
/// <param name="tell">Told what happens, from one thread at a time.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Numbers from 0 to 1 that spread pauses; null takes the machine's.</param>
internal sealed class WorkerMember(
    IKafkaClient client, KafkaSettings settings, string consumerGroup, string producer, AnnouncementReader reader, IGroupOpener opener, Action<WorkerEvent> tell, TimeProvider time, Func<double>? random = null)
    : IGroupMember, IAsyncDisposable
{
    /// <summary>How long a worker that has been fenced waits to be told that its work has gone to another.</summary>
    public static readonly TimeSpan FencedPatience = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _device = new(1, 1);
    private readonly RefusedWork _refused = new();
    private readonly OpenGroups _open = new();
    private ITimer? _idle;

    /// <summary>How long a worker that is about to leave tries to publish what it has committed; the next one does it else.</summary>
    public static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(60);

    /// <summary>How long groups stay open without any work: their SAEs take memory, and others may want their folders.</summary>
    public static readonly TimeSpan IdlePatience = TimeSpan.FromMinutes(10);

    /// <summary>Where a group's run folder is found when it is taken over.</summary>
    public WorkerState State { get; init; }

    /// <summary>Says whether this worker can do a work at all; null asks for nothing.</summary>
    public WorkPlace? Place { get; init; }

    /// <summary>Cancelled when the worker is about to leave: what has not begun to compute then is given up.</summary>
    public CancellationToken Leaving { get; set; }

    /// <summary>Asked before a message is taken up: false when the worker is about to leave.</summary>
    public Func<bool> MayBegin { get; set; } = () => true;

    /// <summary>Called when a message that was taken up is not worked on any more.</summary>
    public Action WhenDone { get; set; } = () => { };

    /// <inheritdoc/>
    public async Task ReceiveAsync(ReceivedMessage message, IGroupMembership membership, CancellationToken revoked)
    {
        await _device.WaitAsync(revoked);
        try
        {
            _idle?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            var begun = MayBegin();
            if (begun)
            {
                try
                {
                    await DealWithAsync(message, membership, revoked);
                }
                catch (OperationCanceledException) when (Leaving.IsCancellationRequested && !revoked.IsCancellationRequested)
                {
                    begun = false;
                }
                finally
                {
                    WhenDone();
                }
            }

            if (!begun)
            {
                // Another worker gets it.
                await Task.Delay(Timeout.InfiniteTimeSpan, revoked);
            }
        }
        finally
        {
            _idle ??= time.CreateTimer(_ => _ = CloseIdleAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _idle.Change(IdlePatience, Timeout.InfiniteTimeSpan);
            _device.Release();
        }
    }

    /// <inheritdoc/>
    public async Task GiveUpAsync(string topic, int partition, bool lost)
    {
        var groups = _open.All.Where(g => g.Topic == topic && g.Partition == partition).ToList();
        foreach (var group in groups)
        {
            await _open.CloseAsync(group);
        }

        if (groups.Count > 0)
        {
            tell(new WorkGivenUp([.. groups.Select(g => g.Key)], lost));
        }
    }

    /// <summary>Closes every open group.</summary>
    public async ValueTask DisposeAsync()
    {
        _idle?.Dispose();
        foreach (var group in _open.All)
        {
            await _open.CloseAsync(group);
        }

        _device.Dispose();
    }

    private async Task DealWithAsync(ReceivedMessage message, IGroupMembership membership, CancellationToken revoked)
    {
        MessagePlace[] next = [message.Place with { Offset = message.Place.Offset + 1 }];
        OpenGroup? group = null;
        AnnouncedWork? work = null;
        try
        {
            work = reader.Read(message);
            if (_refused.Has(work, out var reason))
            {
                tell(new WorkRefused(work.Key, work.Step, reason, Again: true));
                await PassOverAsync(next, membership, revoked);
                return;
            }

            group = await TakeAsync(work, message.Place, revoked);
            WorkOrder.Check(work, group.Work.Reader);
            var published = group.Publisher.PublishedSequence;
            await group.Work.WorkAsync(work, revoked);
            await SendAsync(cancellation => group.Publisher.PublishPendingAsync(next, membership, cancellation), $"{work.Message} is committed and not published", revoked);
            tell(new WorkPublished(work.Key, work.Step, group.Publisher.PublishedSequence > published));
            await CloseAsync(_open.Use(group), "work of other runs has come since");
        }
        catch (MalformedAnnouncementException e)
        {
            if (work is null)
            {
                tell(new MessagePassedOver(e.Message));
            }
            else
            {
                _refused.Add(work, e.Message);
                tell(new WorkRefused(work.Key, work.Step, e.Message, Again: false));
            }

            await PassOverAsync(next, membership, revoked);
        }
        catch (Exception e)
        {
            if (group is not null)
            {
                await _open.CloseAsync(group);
            }

            if (e is PublisherFencedException or OffsetsRefusedException)
            {
                // The group has another owner; the broker will tell this one soon that its partition is lost.
                tell(new WorkerRemark(e.Message));
                using var told = CancellationTokenSource.CreateLinkedTokenSource(revoked, Leaving);
                await Task.Delay(FencedPatience, time, told.Token);
            }

            throw;
        }
    }

    private async Task<OpenGroup> TakeAsync(AnnouncedWork work, MessagePlace place, CancellationToken revoked)
    {
        var open = _open.Find(work.Key);
        if (open is { IsOpen: true } && open.Topic == place.Topic && open.Partition == place.Partition)
        {
            Place?.Check(work);
            return open;
        }

        if (open is not null)
        {
            // It is being closed, or the topic has been given more partitions since: the group belongs to the one that brings its newest work.
            await _open.CloseAsync(open);
        }

        Place?.CheckOpening(work);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(revoked, Leaving);
        if (State == WorkerState.Kafka)
        {
            await BringAsync(work, waiting.Token);
        }

        var run = await opener.OpenAsync(work, waiting.Token);
        RunPublisher? publisher = null;
        try
        {
            publisher = new RunPublisher(client, run.Reader, Options(work.Message, run.Reader), time, told => Tell(work.Key, told), random);
            await publisher.OpenAsync(waiting.Token);
        }
        catch
        {
            publisher?.Dispose();
            await run.DisposeAsync();
            throw;
        }

        var group = new OpenGroup(work.Key, work.Message.Run, place.Topic, place.Partition, run, publisher);
        _open.Add(group);
        return group;
    }

    private async Task BringAsync(AnnouncedWork work, CancellationToken revoked)
    {
        var folder = work.Settings.Run;
        await FolderTurn.WaitAsync(folder, time, text => tell(new WorkerRemark($"{work.Key}: {text}")), revoked);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        if (await new FolderState(client, settings.Topics, time, told => Tell(work.Key, told), random).BringAsync(work.Message.Run, work.Message.Group, folder, revoked))
        {
            tell(new WorkerRemark($"{work.Key}: its run folder was brought from {settings.Topics.State}"));
        }
    }

    private PublishOptions Options(Announcement announcement, RunFolderReader run) => PublishOptions.For(settings, producer) with
    {
        Group = announcement.Group,
        Layers = layer => layer is not null || announcement.First,
        Besides = State == WorkerState.Kafka ? new StateMessages(run, settings.Topics, announcement.Group, settings.MessageBytes).Of : null,
    };

    /// <summary>Closes what has had no work for long; a worker that has some meanwhile is not idle.</summary>
    private async Task CloseIdleAsync()
    {
        if (!await _device.WaitAsync(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            await CloseAsync(_open.All, "there has been no work for some time");
        }
        catch (Exception e)
        {
            // Whoever opens the group next says what is wrong with it.
            tell(new WorkerRemark($"closing a group that had no work: {e.Message}"));
        }
        finally
        {
            _device.Release();
        }
    }

    private async Task CloseAsync(IReadOnlyList<OpenGroup> groups, string why)
    {
        foreach (var group in groups)
        {
            await _open.CloseAsync(group);
        }

        if (groups.Count > 0)
        {
            tell(new WorkerRemark($"closed, because {why}: {string.Join(", ", groups.Select(g => g.Key))}"));
        }
    }

    private async Task PassOverAsync(MessagePlace[] next, IGroupMembership membership, CancellationToken revoked)
    {
        // One id per partition, so that a former owner of it is fenced. It has a slash more than any run's.
        var id = settings.Topics.TransactionalId("passed-over", $"{consumerGroup}/{next[0].Topic}/{next[0].Partition}");
        using var sender = new TransactionSender(client, id, $"offsets of {consumerGroup}", _ => Task.CompletedTask, time, told => tell(new WorkerRemark(BrokerLine.Of(told))), random);
        await SendAsync(cancellation => sender.SendOffsetsAsync(next, membership, cancellation), $"{next[0] with { Offset = next[0].Offset - 1 }} is not passed over yet", revoked);
    }

    /// <summary>Sends for as long as it takes, but not for ever once the worker is about to leave: a broker that is away must not keep it.</summary>
    private async Task SendAsync(Func<CancellationToken, Task> send, string otherwise, CancellationToken revoked)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var onLeaving = Leaving.Register(() => late.CancelAfter(LastPatience));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(revoked, late.Token);
        try
        {
            await send(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !revoked.IsCancellationRequested)
        {
            tell(new WorkerRemark($"{otherwise}: the broker did not answer for {LastPatience.TotalSeconds:0} s; the next worker does it"));
            throw;
        }
    }

    private void Tell(string key, PublishEvent told)
    {
        if (told is not CommitPublished)
        {
            tell(new WorkerRemark($"{key}: {BrokerLine.Of(told)}"));
        }
    }
}
