using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Announcing;

/// <summary>A message of topic <c>checkpoints</c> that no worker can work on, now or later: it is passed over.</summary>
/// <param name="place">Where it lies.</param>
/// <param name="key">Which value in it; empty when the whole is meant.</param>
/// <param name="problem">What is wrong.</param>
/// <param name="remedy">How to mend it.</param>
/// <param name="inner">The cause, when there is one.</param>
internal sealed class MalformedAnnouncementException(MessagePlace place, string key, string problem, string remedy, Exception? inner = null)
    : BadInputException(place.ToString(), key, problem, remedy, inner);
