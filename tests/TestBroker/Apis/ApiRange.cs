using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Apis;

/// <summary>Versions of a kind of request.</summary>
/// <param name="Key">The kind.</param>
/// <param name="Oldest">Oldest announced.</param>
/// <param name="Newest">Newest announced.</param>
/// <param name="FlexibleFrom">From here on lengths are compact and there are tagged fields.</param>
/// <param name="Answered">Oldest that is answered. librdkafka takes a broker that does not announce the old ones for one that cannot do the new ones either; Kafka 4 announces them for the same reason.</param>
internal sealed record ApiRange(ApiKey Key, short Oldest, short Newest, short FlexibleFrom = short.MaxValue, short Answered = 0)
{
    public bool IsFlexible(short version) => version >= FlexibleFrom;
}
