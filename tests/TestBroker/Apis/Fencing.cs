using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>What a fenced producer is told: in older versions of the APIs, that its epoch is invalid.</summary>
internal static class Fencing
{
    public static ErrorCode For(ErrorCode error, bool knowsFenced) =>
        error == ErrorCode.ProducerFenced && !knowsFenced ? ErrorCode.InvalidProducerEpoch : error;
}
