using Emergence.Cli.Options;
using Emergence.Pipeline;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Kafka;

namespace Emergence.Cli.Runs;

/// <summary>Works in this process.</summary>
/// <param name="time">The clock.</param>
internal sealed class WorkerRunner(TimeProvider time) : IWorkerRunner
{
    /// <inheritdoc/>
    public async Task RunAsync(WorkerSettings settings, KafkaChoice kafka, Action<WorkerEvent> tell, StopSignals stop)
    {
        using var client = KafkaClients.Connect(kafka.Settings);
        await new WorkerRun(settings, client, kafka.Settings, tell, time).RunAsync(stop.Drain, stop.Abort);
    }
}
