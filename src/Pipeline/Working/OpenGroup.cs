using Emergence.Sinks.Kafka.Publishing;

namespace Emergence.Pipeline.Working;

/// <summary>A layer group that this worker has open.</summary>
/// <param name="key">Run and layer group.</param>
/// <param name="run">Name of the run.</param>
/// <param name="topic">Topic whose partition gave it.</param>
/// <param name="partition">The partition.</param>
/// <param name="work">Its run.</param>
/// <param name="publisher">Publishes what its run commits.</param>
internal sealed class OpenGroup(string key, string run, string topic, int partition, IGroupWork work, RunPublisher publisher) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task? _closing;

    /// <summary>Run and layer group.</summary>
    public string Key => key;

    /// <summary>Name of the run.</summary>
    public string Run => run;

    /// <summary>Topic whose partition gave it.</summary>
    public string Topic => topic;

    /// <summary>The partition.</summary>
    public int Partition => partition;

    /// <summary>Its run.</summary>
    public IGroupWork Work => work;

    /// <summary>Publishes what its run commits.</summary>
    public RunPublisher Publisher => publisher;

    /// <summary>Whether it can still be worked with.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _closing is null;
            }
        }
    }

    /// <summary>Lets go of its SAEs, its model and its folder. Whoever calls waits until that is done, whoever began it.</summary>
    public async ValueTask DisposeAsync()
    {
        Task closing;
        lock (_gate)
        {
            closing = _closing ??= CloseAsync();
        }

        await closing;
    }

    private async Task CloseAsync()
    {
        // The publisher first: whoever gets the folder next has fenced it anyway, or will.
        publisher.Dispose();
        await work.DisposeAsync();
    }
}
