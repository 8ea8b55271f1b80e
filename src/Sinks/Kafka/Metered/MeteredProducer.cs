using System.Diagnostics;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Metered;

/// <summary>Measures a producer of transactions.</summary>
internal sealed class MeteredProducer(ITransactionalProducer producer, TimeProvider time) : ITransactionalProducer
{
    public Task InitialiseAsync(CancellationToken cancellationToken) => MeasureAsync("init_transactions", () => producer.InitialiseAsync(cancellationToken));

    public void Begin() => producer.Begin();

    public async Task SendAsync(KafkaMessage message, CancellationToken cancellationToken)
    {
        var tags = new TagList { Tag.Kafka, Tag.Of(message.Topic), Tag.Send };
        try
        {
            await producer.SendAsync(message, cancellationToken);
        }
        catch (KafkaFailureException failure)
        {
            tags.Add(Tag.Failed(failure));
            throw;
        }
        finally
        {
            KafkaInstruments.Sent.Add(1, tags);
        }

        KafkaInstruments.SentBytes.Add(message.Value.Length, Tag.Kafka, Tag.Of(message.Topic));
    }

    public Task SendOffsetsAsync(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership, CancellationToken cancellationToken) =>
        MeasureAsync("send_offsets", () => producer.SendOffsetsAsync(next, membership, cancellationToken));

    public Task CommitAsync(CancellationToken cancellationToken) => MeasureAsync("commit_transaction", () => producer.CommitAsync(cancellationToken));

    public Task AbortAsync(CancellationToken cancellationToken) => MeasureAsync("abort_transaction", () => producer.AbortAsync(cancellationToken));

    public void Dispose() => producer.Dispose();

    private async Task MeasureAsync(string operation, Func<Task> call)
    {
        var start = time.GetTimestamp();
        var tags = new TagList { Tag.Kafka, Tag.Operation(operation) };
        try
        {
            await call();
        }
        catch (Exception e)
        {
            tags.Add(Tag.Failed(e));
            throw;
        }
        finally
        {
            KafkaInstruments.OperationDuration.Record(time.GetElapsedTime(start).TotalSeconds, tags);
        }
    }
}
