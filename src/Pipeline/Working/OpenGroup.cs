using Emergence.Sinks.Kafka.Publishing;

namespace Emergence.Pipeline.Working;

/// <summary>A layer group that this worker has open.</summary>
/// <param name="Key">Run and layer group.</param>
/// <param name="Topic">Topic whose partition gave it.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Work">Its run.</param>
/// <param name="Publisher">Publishes what its run commits.</param>
internal sealed record OpenGroup(string Key, string Topic, int Partition, IGroupWork Work, RunPublisher Publisher) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The publisher first: whoever gets the folder next has fenced it anyway, or will.
        Publisher.Dispose();
        await Work.DisposeAsync();
    }
}
