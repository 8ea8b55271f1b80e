using Emergence.Sinks.Kafka.Client;
using Polly;
using Polly.Timeout;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>The producer in use. It is let go of when nobody knows any more where it stands.</summary>
/// <param name="client">The client.</param>
/// <param name="transactionalId">The producers' name.</param>
/// <param name="resilience">How calls are tried again.</param>
internal sealed class HeldProducer(IKafkaClient client, string transactionalId, PublishResilience resilience) : IDisposable
{
    private ITransactionalProducer? _producer;

    /// <summary>Whether there is one, which has taken over the id.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The producer.</summary>
    public ITransactionalProducer Producer => _producer ?? throw new InvalidOperationException("there is no producer");

    /// <summary>Makes one that takes over the id: older ones are fenced, what they left open is aborted.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var producer = client.OpenTransactional(transactionalId);
        _producer = producer;
        await OrDropAsync(() => CallAsync(resilience.Connect, producer.InitialiseAsync, cancellationToken)).ConfigureAwait(false);
        IsOpen = true;
    }

    /// <summary>Begins a transaction.</summary>
    public void Begin()
    {
        try
        {
            Producer.Begin();
        }
        catch
        {
            // It may have begun: only a new producer knows where it stands.
            Drop();
            throw;
        }
    }

    /// <summary>Aborts the open transaction.</summary>
    public Task AbortAsync(CancellationToken cancellationToken) => OrDropAsync(() => CallAsync(resilience.Abort, Producer.AbortAsync, cancellationToken));

    /// <summary>Aborts as a courtesy: readers of what is committed would wait for the broker's time-out.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await CallAsync(resilience.LastAbort, Producer.AbortAsync, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KafkaFailureException or TimeoutRejectedException)
        {
            Drop();
        }
    }

    /// <summary>Lets go of it. A transaction in work is never seen.</summary>
    public void Drop()
    {
        IsOpen = false;
        _producer?.Dispose();
        _producer = null;
    }

    public void Dispose() => Drop();

    /// <summary>Calls the client by the rules of a pipeline.</summary>
    public static async Task CallAsync(ResiliencePipeline pipeline, Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        await pipeline.ExecuteAsync(async cancellation => await call(cancellation).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async Task OrDropAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch
        {
            Drop();
            throw;
        }
    }
}
