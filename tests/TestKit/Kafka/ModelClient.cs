using System.Runtime.CompilerServices;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>A process's client of the model. Once the process has died every call says so and nothing it does has an effect.</summary>
public sealed class ModelClient : IKafkaClient
{
    private readonly ModelLog _log;
    private readonly string _process;
    private readonly Func<ModelCall, ModelFault?> _faults;
    private int _calls;
    private volatile bool _dead;

    internal ModelClient(ModelLog log, string process, Func<ModelCall, ModelFault?> faults) => (_log, _process, _faults) = (log, process, faults);

    /// <summary>Calls that were made.</summary>
    public int Calls => _calls;

    /// <summary>Whether the process is gone.</summary>
    public bool IsDead => _dead;

    /// <summary>The process is killed.</summary>
    public void Die() => _dead = true;

    /// <inheritdoc/>
    public ITransactionalProducer OpenTransactional(string transactionalId) => new ModelProducer(this, _log, transactionalId);

    /// <inheritdoc/>
    public IBestEffortProducer OpenBestEffort() => new ModelBestEffort(this, _log);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReceivedMessage> ReadToEndAsync(string topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = Array.Empty<long>();
        var fault = await CallAsync(ModelOperation.Read, () => end = _log.Ends(topic), cancellationToken, deferred: true).ConfigureAwait(false);
        while (true)
        {
            var (messages, _, changed, open) = _log.Read(topic, new long[end.Length], end);
            if (open is { } wait)
            {
                await Task.WhenAny(changed, Task.Delay(wait, _log.Time, cancellationToken)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            foreach (var message in messages)
            {
                yield return message;
            }

            Throw(fault);
            yield break;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReceivedMessage> ReadSettledAsync(string topic, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ReceivedMessage> messages = [];
        var fault = await CallAsync(ModelOperation.Read, () => messages = _log.Read(topic, new long[_log.Ends(topic).Length], []).Messages, cancellationToken, deferred: true).ConfigureAwait(false);
        foreach (var message in messages)
        {
            yield return message;
        }

        Throw(fault);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReceivedMessage> FollowAsync(IReadOnlyCollection<string> topics, IReadOnlyCollection<MessagePlace> from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = new Dictionary<string, long[]>();
        await CallAsync(ModelOperation.Read, () => next = topics.ToDictionary(topic => topic, topic => Starts(topic, from)), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var changes = new List<Task>();
            foreach (var topic in topics)
            {
                var (messages, behind, changed, open) = _log.Read(topic, next[topic], []);
                next[topic] = behind;
                changes.Add(changed);
                foreach (var message in messages)
                {
                    yield return message;
                }
            }

            await Task.WhenAny(changes).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task JoinAsync(string group, string topic, IGroupMember member, CancellationToken leave) => _log.Group(group, topic).JoinAsync(_process, () => _dead, member, leave);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        IReadOnlyList<TopicDescription> found = [];
        await CallAsync(ModelOperation.Admin, () => found = _log.Describe(topics), cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <inheritdoc/>
    public Task CreateAsync(IReadOnlyCollection<TopicPlan> topics, CancellationToken cancellationToken) =>
        CallAsync(ModelOperation.Admin, () => _log.Create(topics.Select(t => t.Name)), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held: what a client leaves open stays open, as when it dies.
    }

    private long[] Starts(string topic, IReadOnlyCollection<MessagePlace> from)
    {
        var starts = new long[_log.Ends(topic).Length];
        foreach (var place in from.Where(place => place.Topic == topic))
        {
            starts[place.Partition] = place.Offset;
        }

        return starts;
    }

    /// <summary>Carries out a call, with what goes wrong with it.</summary>
    /// <param name="operation">What for.</param>
    /// <param name="effect">What it does to the log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="failed">Told of an injected failure.</param>
    /// <param name="deferred">Whether the caller throws a failure behind the effect itself.</param>
    /// <returns>A failure that the caller has to throw.</returns>
    internal async Task<ModelFault?> CallAsync(ModelOperation operation, Action effect, CancellationToken cancellationToken, Action<FailureKind>? failed = null, bool deferred = false)
    {
        var fault = Next(operation);
        cancellationToken.ThrowIfCancellationRequested();
        switch (_log.Presence)
        {
            case ModelPresence.Silent:
                await Task.Delay(Timeout.InfiniteTimeSpan, _log.Time, cancellationToken).ConfigureAwait(false);
                break;
            case ModelPresence.Refuses:
                throw new KafkaFailureException(FailureKind.Retriable, "Local_AllBrokersDown", "every broker is down");
        }

        if (fault is { Done: false })
        {
            Fail(fault, failed);
        }

        effect();
        if (fault is not null && !deferred)
        {
            Fail(fault, failed);
        }

        return fault;
    }

    /// <summary>Carries out a call that does not wait.</summary>
    internal void Call(ModelOperation operation, Action effect, Action<FailureKind>? failed = null)
    {
        var fault = Next(operation);
        if (fault is { Done: false })
        {
            Fail(fault, failed);
        }

        effect();
        if (fault is not null)
        {
            Fail(fault, failed);
        }
    }

    private ModelFault? Next(ModelOperation operation)
    {
        if (_dead)
        {
            throw new ProcessDiedException();
        }

        return _faults(new ModelCall(Interlocked.Increment(ref _calls), _process, operation));
    }

    private void Fail(ModelFault fault, Action<FailureKind>? failed)
    {
        if (fault.Kind is { } kind)
        {
            failed?.Invoke(kind);
        }

        Throw(fault);
    }

    private void Throw(ModelFault? fault)
    {
        if (fault is null)
        {
            return;
        }

        if (fault.Kind is not { } kind)
        {
            _dead = true;
            throw new ProcessDiedException();
        }

        throw new KafkaFailureException(kind, "Injected", $"injected {kind} {(fault.Done ? "behind" : "before")} the effect");
    }
}
