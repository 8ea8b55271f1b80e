using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>What goes wrong with a call.</summary>
/// <param name="Kind">How it fails; null when the process dies.</param>
/// <param name="Done">Whether the call has had its effect when it fails.</param>
public sealed record ModelFault(FailureKind? Kind, bool Done)
{
    /// <summary>The process dies before the call, or behind it.</summary>
    public static ModelFault Death(bool done) => new(null, done);
}
