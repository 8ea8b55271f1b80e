using Emergence.Pipeline;
using Emergence.Pipeline.Publishing;
using Emergence.Sinks.Kafka.Publishing;

namespace Emergence.Cli.Runs;

/// <summary>Publishes a recorded run: what <c>publish</c> starts.</summary>
internal interface IPublishRunner
{
    /// <summary>Publishes.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="tell">Told what happens.</param>
    /// <param name="stop">How it is told to stop.</param>
    Task<PublishRunResult> RunAsync(PublishRunSettings settings, Action<PublishEvent> tell, StopSignals stop);
}
