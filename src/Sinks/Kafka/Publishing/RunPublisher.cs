using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>
/// Publishes what is committed in a run folder: each commit is one transaction of all its messages and the record that it is published. Whatever
/// fails or dies, a reader of what is committed sees each commit once and whole, in the order of committing. One caller at a time.
/// </summary>
/// <remarks>
/// The order is what makes it so: take over the transactional id, which fences every older publisher of the run and ends what it left open; only
/// then read how far the run is published; then send what lies behind. When the outcome of a commit is not known, all of it is done again.
/// Nothing of a commit that failed is kept: it is read from the folder again. Of the one behind it some MB may have been read ahead.
/// </remarks>
public sealed class RunPublisher : IDisposable
{
    private readonly ICommitSource _source;
    private readonly PublishOptions _options;
    private readonly Outbox _outbox;
    private readonly BrokerHealth _health;
    private readonly PublishResilience _resilience;
    private readonly Tenure _tenure;
    private readonly StepTransaction _transaction;
    private readonly Action<PublishEvent> _tell;
    private readonly string _transactionalId;
    private PublisherFencedException? _fenced;

    /// <summary>Makes a publisher. Connects to nothing yet.</summary>
    /// <param name="client">The client; not disposed.</param>
    /// <param name="run">The run folder.</param>
    /// <param name="options">What is published.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Told what happens, by the thread that publishes; null when nobody wants to know.</param>
    /// <param name="random">Numbers from 0 to 1 that spread the pauses before something is tried again; null takes the machine's.</param>
    public RunPublisher(IKafkaClient client, RunFolderReader run, PublishOptions options, TimeProvider time, Action<PublishEvent>? tell = null, Func<double>? random = null)
        : this(client, new RunFolderCommits(run), options, time, tell, random)
    {
    }

    internal RunPublisher(IKafkaClient client, ICommitSource source, PublishOptions options, TimeProvider time, Action<PublishEvent>? tell, Func<double>? random)
    {
        (_source, _options, _tell) = (source, options, tell ?? (_ => { }));
        _outbox = new Outbox(source, options);
        _health = new BrokerHealth(options.Patience, time, _tell);
        _resilience = new PublishResilience(_health, time, random ?? Random.Shared.NextDouble, options.TransactionTimeout);
        _transactionalId = options.Topics.TransactionalId(source.Run, options.Group);
        _tenure = new Tenure(client, options, source.Run, _transactionalId, _resilience);
        _transaction = new StepTransaction(new CommitMessages(source, options), _outbox, _tenure, _resilience, time);
    }

    /// <summary>Whether it has taken over the run and knows how far that is published.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The newest commit that is published; null before the first, and when another has taken its place since. Known once it is open.</summary>
    public CommitEntry? Published => _outbox.Published;

    /// <summary>Number of the newest commit that is published; 0 before the first. Known once it is open.</summary>
    public long PublishedSequence => _outbox.Sequence;

    /// <summary>The commits that are not published, in order; once it is open.</summary>
    /// <exception cref="BadInputException">The run folder cannot be read.</exception>
    public IReadOnlyList<CommitEntry> Unpublished() => _outbox.Unpublished();

    /// <summary>Takes over the run: other publishers of it are fenced. Publishing does it when it has not been done.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PublishException">Another process has taken over, the broker refuses it, or has been away for too long.</exception>
    /// <exception cref="BadInputException">The topics hold another run of the same name, or the run folder cannot be read.</exception>
    public Task OpenAsync(CancellationToken cancellationToken) => RepeatAsync(
        async cancellation =>
        {
            var settled = await OpenOnceAsync(cancellation).ConfigureAwait(false);
            _health.Worked();
            return settled;
        },
        cancellationToken);

    /// <summary>Looks how far the run is published, and takes nothing over: another publisher may go on meanwhile.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The commits that are not published, in order.</returns>
    /// <exception cref="PublishException">The broker refuses it, or has been away for too long.</exception>
    /// <exception cref="BadInputException">The topics hold another run of the same name, or the run folder cannot be read.</exception>
    public Task<IReadOnlyList<CommitEntry>> LookAsync(CancellationToken cancellationToken) => RepeatAsync<IReadOnlyList<CommitEntry>>(
        async cancellation =>
        {
            var outbox = new Outbox(_source, _options);
            outbox.Open(await _tenure.ReadCursorAsync(cancellation).ConfigureAwait(false));
            return outbox.Unpublished();
        },
        cancellationToken);

    /// <summary>Publishes the next commit that is not published.</summary>
    /// <param name="cancellationToken">Gives up; whether it is published is found out by the next call.</param>
    /// <returns>The commit; null when there is none.</returns>
    /// <exception cref="PublishException">Another process has taken over, the broker refuses it, or has been away for too long.</exception>
    /// <exception cref="BadInputException">The topics hold another run of the same name, or the commit is damaged.</exception>
    public async Task<CommitEntry?> PublishNextAsync(CancellationToken cancellationToken)
    {
        var step = await RepeatAsync(cancellation => AttemptAsync(null, cancellation), cancellationToken).ConfigureAwait(false);
        return step?.Commit;
    }

    /// <summary>Publishes every commit that is not published, those included that come meanwhile.</summary>
    /// <param name="cancellationToken">Gives up; whether the last one is published is found out by the next call.</param>
    /// <exception cref="PublishException">Another process has taken over, the broker refuses it, or has been away for too long.</exception>
    /// <exception cref="BadInputException">The topics hold another run of the same name, or a commit is damaged.</exception>
    public async Task PublishPendingAsync(CancellationToken cancellationToken)
    {
        while (await PublishNextAsync(cancellationToken).ConfigureAwait(false) is not null)
        {
        }
    }

    /// <summary>
    /// Publishes every commit that is not published, and makes a group's offsets part of the last one's transaction; with nothing to publish
    /// they are a transaction alone.
    /// </summary>
    /// <param name="next">For each partition the offset of the next message that is to be worked on.</param>
    /// <param name="membership">Proof of the membership under which the messages were received.</param>
    /// <param name="cancellationToken">Gives up; whether the last one is published is found out by the next call.</param>
    /// <exception cref="PublishException">
    /// Another process has taken over, the broker refuses it, or has been away for too long; or it does not take the offsets (<see cref="OffsetsRefusedException"/>).
    /// </exception>
    /// <exception cref="BadInputException">The topics hold another run of the same name, or a commit is damaged.</exception>
    public async Task PublishPendingAsync(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership, CancellationToken cancellationToken)
    {
        var offsets = new OffsetsToCommit(next, membership);
        _outbox.Refresh();
        while (await RepeatAsync(cancellation => AttemptAsync(offsets, cancellation), cancellationToken).ConfigureAwait(false) is { } step && step.Offsets != offsets)
        {
        }
    }

    /// <summary>Lets go of the producer. A transaction in work is never seen.</summary>
    public void Dispose() => _tenure.Dispose();

    private async Task<T> RepeatAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellationToken)
    {
        if (_fenced is not null)
        {
            throw _fenced;
        }

        _health.Began();
        try
        {
            return await _resilience.Steps.ExecuteAsync(attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaFailureException e) when (e.Kind == FailureKind.Fenced)
        {
            // Another attempt would fence the one that took over.
            throw _fenced = new PublisherFencedException(_transactionalId, _source.Run, e);
        }
        catch (KafkaFailureException e) when (e.Kind == FailureKind.Misconfigured)
        {
            throw new PublishRefusedException(e);
        }
        catch (Exception e) when (PublishResilience.Passes(e))
        {
            throw new BrokerAwayException(_options.Servers, _health.Away, _health.Reason(e), e);
        }
    }

    /// <summary>One attempt at the next step.</summary>
    /// <returns>What is published; null when there is nothing.</returns>
    private async ValueTask<PublishStep?> AttemptAsync(OffsetsToCommit? offsets, CancellationToken cancellationToken)
    {
        if (await OpenOnceAsync(cancellationToken).ConfigureAwait(false) is { } settled)
        {
            return settled;
        }

        while (true)
        {
            var commit = _outbox.Next();
            var step = new PublishStep(commit, _outbox.Waiting <= 1 ? offsets : null);
            if (step is { Commit: null, Offsets: null })
            {
                _health.Worked();
                return null;
            }

            if (await _transaction.RunAsync(step, cancellationToken).ConfigureAwait(false))
            {
                return Done(step);
            }
        }
    }

    /// <summary>Takes over the id and reads the cursor where that has not been done.</summary>
    /// <returns>A step whose outcome was in doubt and that turns out to be published; else null.</returns>
    private async Task<PublishStep?> OpenOnceAsync(CancellationToken cancellationToken)
    {
        if (!await _tenure.OpenAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var cursor = _tenure.Cursor;
        _outbox.Open(cursor);
        IsOpen = true;
        if (_transaction.TakeDoubt() is not { Commit: { } commit } doubted || _outbox.Sequence != commit.Sequence || cursor?.Notice.Hash != commit.Hash)
        {
            return null;
        }

        // Another process may have published that commit meanwhile, and then the offsets are not committed: they are sent again.
        return Done(_tenure.IsOwn ? doubted : doubted with { Offsets = null });
    }

    private PublishStep Done(PublishStep step)
    {
        _health.Worked();
        if (step.Commit is { } commit)
        {
            _outbox.Advance(commit);
            _outbox.Next();
            _tell(new CommitPublished(commit, step.Messages, step.Bytes, _outbox.Waiting));
        }

        return step;
    }
}
