using Emergence.TestBroker.Wire;

namespace Emergence.Broker.Tests.Crash;

/// <summary>When a process is to be killed.</summary>
/// <param name="Api">At a request of this kind; null at any.</param>
/// <param name="Number">At the how manieth since it was started, from 1.</param>
/// <param name="After">Whether the broker has carried it out.</param>
internal sealed record KillMoment(ApiKey? Api, int Number, bool After)
{
    /// <summary>Draws one. Half of a publisher's requests come before its first transaction, where nothing can go wrong; most moments are drawn from the others.</summary>
    /// <param name="random">The seed's numbers.</param>
    /// <param name="requests">Requests of an undisturbed process.</param>
    public static KillMoment Draw(Random random, int requests) => random.Next(10) switch
    {
        0 => new(null, 1 + random.Next(requests), After: random.Next(2) == 0),
        1 => new(ApiKey.InitProducerId, 1, After: random.Next(2) == 0),
        2 or 3 => new(ApiKey.AddPartitionsToTxn, 1 + random.Next(3), After: random.Next(2) == 0),
        4 or 5 or 6 => new(ApiKey.Produce, 1 + random.Next(4), After: random.Next(2) == 0),
        _ => new(ApiKey.EndTxn, 1 + random.Next(3), After: random.Next(2) == 0),
    };
}
