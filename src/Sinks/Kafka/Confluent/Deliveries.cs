using Confluent.Kafka;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>What became of the messages of one transaction. Reports of an earlier one, which may come late, go to that one's.</summary>
internal sealed class Deliveries
{
    private long _open;
    private Error? _failure;
    private TaskCompletionSource? _waiting;

    /// <summary>Begins with no message.</summary>
    public Deliveries() => Handler = OnReport;

    /// <summary>Takes the library's reports, on its own thread.</summary>
    public Action<DeliveryReport<byte[], ReadOnlyMemory<byte>>> Handler { get; }

    /// <summary>Messages that were sent and not reported yet.</summary>
    public long Open => Interlocked.Read(ref _open);

    /// <summary>The first failure, those of messages apart that were thrown away because of another; null while there is none.</summary>
    public Error? Failure => Volatile.Read(ref _failure);

    /// <summary>A message is about to be sent.</summary>
    public void Sending() => Interlocked.Increment(ref _open);

    /// <summary>It was not taken: no report will come.</summary>
    public void NotSent() => Interlocked.Decrement(ref _open);

    /// <summary>Ends with the next report. Take it first, then try again whether there is room, then wait.</summary>
    public Task NextReport()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _waiting, source);
        return source.Task;
    }

    private void OnReport(DeliveryReport<byte[], ReadOnlyMemory<byte>> report)
    {
        if (report.Error is { IsError: true, Code: not (ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight) })
            Interlocked.CompareExchange(ref _failure, report.Error, null);
        Interlocked.Decrement(ref _open);
        Interlocked.Exchange(ref _waiting, null)?.TrySetResult();
    }
}
