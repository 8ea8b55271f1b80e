using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>The producer of a <see cref="MutantClient"/>.</summary>
internal sealed class MutantProducer(Func<ITransactionalProducer> open, Mutation mutation) : ITransactionalProducer
{
    private ITransactionalProducer _inner = open();
    private bool _left;

    public Task InitialiseAsync(CancellationToken cancellationToken) => _inner.InitialiseAsync(cancellationToken);

    public void Begin()
    {
        if (!_left)
        {
            _inner.Begin();
        }

        _left = false;
    }

    public async Task SendAsync(KafkaMessage message, CancellationToken cancellationToken)
    {
        if (mutation == Mutation.CommitsInTwo && message.Topic.EndsWith(".commits", StringComparison.Ordinal))
        {
            await _inner.CommitAsync(cancellationToken);
            _inner.Begin();
        }

        await UnfencedAsync(() => _inner.SendAsync(message, cancellationToken), cancellationToken);
    }

    public Task SendOffsetsAsync(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership, CancellationToken cancellationToken) => _inner.SendOffsetsAsync(next, membership, cancellationToken);

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await UnfencedAsync(() => _inner.CommitAsync(cancellationToken), cancellationToken);
        }
        catch (KafkaFailureException e) when (mutation == Mutation.TakesDoubtForDone && e.Kind == FailureKind.ProducerLost)
        {
            _inner.Dispose();
            _inner = open();
            await _inner.InitialiseAsync(cancellationToken);
        }
    }

    public Task AbortAsync(CancellationToken cancellationToken)
    {
        _left = mutation == Mutation.DoesNotAbort;
        return _left ? Task.CompletedTask : _inner.AbortAsync(cancellationToken);
    }

    public void Dispose() => _inner.Dispose();

    private async Task UnfencedAsync(Func<Task> call, CancellationToken cancellationToken)
    {
        try
        {
            await call();
        }
        catch (KafkaFailureException e) when (mutation == Mutation.IgnoresFencing && e.Kind == FailureKind.Fenced)
        {
            _inner.Dispose();
            _inner = open();
            await _inner.InitialiseAsync(cancellationToken);
            _inner.Begin();
            await call();
        }
    }
}
