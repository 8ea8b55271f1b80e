using Emergence.Cli.Options;
using Emergence.Pipeline;
using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Cli.Runs;

/// <summary>Announces from this process.</summary>
/// <param name="time">The clock.</param>
internal sealed class AnnounceRunner(TimeProvider time) : IAnnounceRunner
{
    /// <inheritdoc/>
    public async Task RunAsync(WatchSettings settings, LayerGroupPlan plan, KafkaChoice kafka, IWatchObserver observer, StopSignals stop)
    {
        using var client = KafkaClients.Connect(kafka.Settings);

        // As many partitions as groups: then as many workers have one each, however the group coordinator deals partitions out.
        var plans = TopicPlans.Working(kafka.Settings, kafka.Topics).Where(p => p.Name == kafka.Settings.Topics.Checkpoints)
            .Select(p => p with { Partitions = kafka.Topics.Partitions ?? plan.Count }).ToList();
        foreach (var remark in await TopicsInUse.CheckAsync(client, kafka, plans, plan.Count, stop.Drain))
            observer.On(new RunRemark(remark));
        await new AnnounceRun(settings, plan, client, kafka.Settings.Topics, observer, time).RunAsync(stop.Drain, stop.Abort);
    }
}
