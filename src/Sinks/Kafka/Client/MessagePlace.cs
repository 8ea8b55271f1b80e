namespace Emergence.Sinks.Kafka.Client;

/// <summary>Where a message lies.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition, from 0.</param>
/// <param name="Offset">Offset in the partition.</param>
public readonly record struct MessagePlace(string Topic, int Partition, long Offset)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Topic}[{Partition}]@{Offset}";
}
