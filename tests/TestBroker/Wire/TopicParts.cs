namespace Emergence.TestBroker.Wire;

/// <summary>What a request or an answer says of the partitions of a topic.</summary>
/// <typeparam name="T">What it says of one.</typeparam>
/// <param name="Topic">The topic.</param>
/// <param name="Parts">One for each partition, in the order of the request.</param>
internal sealed record TopicParts<T>(string Topic, IReadOnlyList<T> Parts);
