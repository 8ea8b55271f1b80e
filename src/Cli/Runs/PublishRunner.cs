using Emergence.Pipeline;
using Emergence.Pipeline.Publishing;
using Emergence.Sinks.Kafka.Publishing;

namespace Emergence.Cli.Runs;

/// <summary>Publishes from this process.</summary>
/// <param name="time">The clock.</param>
internal sealed class PublishRunner(TimeProvider time) : IPublishRunner
{
    /// <inheritdoc/>
    public Task<PublishRunResult> RunAsync(PublishRunSettings settings, Action<PublishEvent> tell, StopSignals stop) =>
        new PublishRun(settings, tell, time).RunAsync(stop.Drain, stop.Abort);
}
