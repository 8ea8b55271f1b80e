using Emergence.Sinks.Kafka.Publishing;

namespace Emergence.Pipeline.Announcing;

/// <summary>What a person reads about the broker.</summary>
internal static class BrokerLine
{
    /// <summary>One sentence.</summary>
    /// <param name="told">What happened.</param>
    public static string Of(PublishEvent told) => told switch
    {
        BrokerAway away => $"nothing has gone through to the broker since {away.Since:HH:mm:ss} UTC ({away.Reason}); it is tried again and again, and nothing is lost",
        BrokerBack back => $"the broker, away since {back.Since:HH:mm:ss} UTC, answers again",
        CommitPublished published => $"step {published.Commit.Step} is published",
        _ => told.ToString(),
    };
}
