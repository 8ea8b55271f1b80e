using Emergence.Cli.Options;
using Emergence.Pipeline;
using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Kafka;

namespace Emergence.Cli.Runs;

/// <summary>Announces from this process.</summary>
/// <param name="time">The clock.</param>
internal sealed class AnnounceRunner(TimeProvider time) : IAnnounceRunner
{
    /// <inheritdoc/>
    public async Task RunAsync(WatchSettings settings, LayerGroupPlan plan, KafkaChoice kafka, IWatchObserver observer, StopSignals stop)
    {
        using var client = KafkaClients.Connect(kafka.Settings);
        await new AnnounceRun(settings, plan, client, kafka.Settings.Topics, observer, time).RunAsync(stop.Drain, stop.Abort);
    }
}
