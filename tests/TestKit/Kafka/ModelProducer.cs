using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>
/// A transactional producer of the model. As strict as the real one: out of order, behind a failure that asked for an abort, or when it is lost, a call fails.
/// </summary>
internal sealed class ModelProducer(ModelClient client, ModelLog log, string transactionalId) : ITransactionalProducer
{
    private int? _epoch;
    private State _state;
    private bool _disposed;

    private enum State
    {
        Idle,
        Open,
        MustAbort,
        Committed,
        Aborted,
        Lost,
    }

    public Task InitialiseAsync(CancellationToken cancellationToken) => Call(
        ModelOperation.Initialise,
        () =>
        {
            Check(_state == State.Idle);
            _epoch = log.TakeOver(transactionalId);
        },
        cancellationToken);

    public void Begin() => client.Call(
        ModelOperation.Begin,
        () =>
        {
            Check(_state == State.Idle && _epoch is not null);
            _state = State.Open;
        },
        Failed);

    public Task SendAsync(KafkaMessage message, CancellationToken cancellationToken) => Call(
        ModelOperation.Send,
        () =>
        {
            CheckOpen();
            log.Append(transactionalId, _epoch!.Value, message);
        },
        cancellationToken);

    public Task SendOffsetsAsync(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership, CancellationToken cancellationToken) => Call(
        ModelOperation.SendOffsets,
        () =>
        {
            CheckOpen();
            log.AddOffsets(transactionalId, _epoch!.Value, next, membership);
        },
        cancellationToken);

    public Task CommitAsync(CancellationToken cancellationToken) => Call(
        ModelOperation.Commit,
        () =>
        {
            // Called again after a failure that left it open whether it was done.
            if (_state == State.Committed)
            {
                return;
            }

            CheckOpen();
            log.End(transactionalId, _epoch!.Value, true);
            _state = State.Committed;
        },
        cancellationToken,
        State.Committed);

    public Task AbortAsync(CancellationToken cancellationToken) => Call(
        ModelOperation.Abort,
        () =>
        {
            if (_state == State.Aborted)
            {
                return;
            }

            Check(_state is State.Open or State.MustAbort);
            log.End(transactionalId, _epoch!.Value, false);
            _state = State.Aborted;
        },
        cancellationToken,
        State.Aborted);

    public void Dispose() => _disposed = true;

    private async Task Call(ModelOperation operation, Action effect, CancellationToken cancellationToken, State? ends = null)
    {
        try
        {
            await client.CallAsync(operation, effect, cancellationToken, Failed).ConfigureAwait(false);
        }
        catch (KafkaFailureException e) when (e.Kind is FailureKind.Fenced or FailureKind.ProducerLost)
        {
            _state = State.Lost;
            throw;
        }
        catch (KafkaFailureException e) when (e.Kind == FailureKind.Abortable && _state == State.Open)
        {
            _state = State.MustAbort;
            throw;
        }

        if (_state == ends)
        {
            _state = State.Idle;
        }
    }

    private void Failed(FailureKind kind)
    {
        _state = kind switch
        {
            FailureKind.ProducerLost or FailureKind.Fenced => State.Lost,
            FailureKind.Abortable when _state == State.Open => State.MustAbort,
            _ => _state,
        };
    }

    private void CheckOpen()
    {
        if (_state == State.MustAbort)
        {
            throw new KafkaFailureException(FailureKind.Abortable, "Local_State", "the transaction has to be aborted");
        }

        Check(_state == State.Open);
        log.CheckEpoch(transactionalId, _epoch!.Value);
    }

    private void Check(bool allowed)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!allowed)
        {
            _state = State.Lost;
            throw new KafkaFailureException(FailureKind.ProducerLost, "Local_State", "the producer is not in a state for this call");
        }
    }
}
