using Emergence.Sinks.Kafka.Client;

namespace Emergence.TestKit.Kafka;

/// <summary>A membership of the model whose generation is looked at when offsets come with it.</summary>
internal interface IGenerationalMembership : IGroupMembership
{
    /// <summary>The generation in which the member counts.</summary>
    int Generation { get; }
}
