using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>A reader on a thread of its own, which blocks inside the library, and whoever enumerates what it reads, who does not.</summary>
internal static class ReaderThread
{
    /// <summary>Reads while it is enumerated; a slow enumeration slows the reader.</summary>
    /// <param name="read">Reads and hands over; ends when told to or when there is no more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async IAsyncEnumerable<ReceivedMessage> ReadAsync(Action<Action<ReceivedMessage>, CancellationToken> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var between = Channel.CreateBounded<ReceivedMessage>(new BoundedChannelOptions(Limits.HandedOver) { SingleReader = true, SingleWriter = true });
        var thread = OwnThread.RunAsync(() => Run(read, between.Writer, ended.Token));
        try
        {
            await foreach (var message in between.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return message;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await thread.ConfigureAwait(false);
        }
    }

    private static void Run(Action<Action<ReceivedMessage>, CancellationToken> read, ChannelWriter<ReceivedMessage> writer, CancellationToken ended)
    {
        try
        {
            read(HandOver, ended);
            writer.Complete();
        }
        catch (Exception error)
        {
            writer.Complete(error);
        }

        void HandOver(ReceivedMessage message)
        {
            if (!writer.TryWrite(message))
                writer.WriteAsync(message, ended).AsTask().GetAwaiter().GetResult();
        }
    }
}
