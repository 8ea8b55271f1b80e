using Emergence.Cli.Options;
using Emergence.Pipeline;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Topics;

namespace Emergence.Cli.Runs;

/// <summary>Works in this process.</summary>
/// <param name="time">The clock.</param>
internal sealed class WorkerRunner(TimeProvider time) : IWorkerRunner
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task RunAsync(WorkerSettings settings, KafkaChoice kafka, Action<WorkerEvent> tell, StopSignals stop)
    {
        using var client = KafkaClients.Connect(kafka.Settings);

        // The announcer makes the topic of work: it knows how many groups there are.
        foreach (var remark in await TopicsInUse.CheckAsync(client, kafka, Topics(settings, kafka), null, stop.Drain))
            tell(new WorkerRemark(remark));
        await WorkAnnouncedAsync(client, kafka, tell, stop);
        await new WorkerRun(settings, client, kafka.Settings, tell, time).RunAsync(stop.Drain, stop.Abort);
    }

    private static IReadOnlyList<TopicPlan> Topics(WorkerSettings settings, KafkaChoice kafka) =>
    [
        .. TopicPlans.Publishing(kafka.Settings, kafka.Topics),
        .. TopicPlans.Working(kafka.Settings, kafka.Topics).Where(p => settings.State == WorkerState.Kafka && p.Name == kafka.Settings.Topics.State),
    ];

    /// <summary>A worker may be started before the first run is announced.</summary>
    private async Task WorkAnnouncedAsync(IKafkaClient client, KafkaChoice kafka, Action<WorkerEvent> tell, StopSignals stop)
    {
        var told = false;
        while ((await client.DescribeAsync([kafka.Settings.Topics.Checkpoints], stop.Drain)).Count == 0)
        {
            if (!told)
                tell(new WorkerRemark($"topic {kafka.Settings.Topics.Checkpoints} is not there yet: waiting until work is announced (watch --announce --create-topics)"));
            told = true;
            await Task.Delay(s_look, time, stop.Drain);
        }
    }
}
