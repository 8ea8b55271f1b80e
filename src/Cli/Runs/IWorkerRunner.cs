using Emergence.Cli.Options;
using Emergence.Pipeline;
using Emergence.Pipeline.Working;

namespace Emergence.Cli.Runs;

/// <summary>Takes work from a consumer group: what <c>worker</c> starts.</summary>
internal interface IWorkerRunner
{
    /// <summary>Works until told to stop.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="kafka">The broker.</param>
    /// <param name="tell">Told what happens, from one thread at a time.</param>
    /// <param name="stop">How it is told to stop.</param>
    Task RunAsync(WorkerSettings settings, KafkaChoice kafka, Action<WorkerEvent> tell, StopSignals stop);
}
