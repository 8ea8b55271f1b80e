using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>Gives the library a message's bytes as the array they lie in, where they fill it: the library copies them once, into its own memory.</summary>
internal sealed class MemoryBytes : ISerializer<ReadOnlyMemory<byte>>
{
    /// <summary>The one there is.</summary>
    public static MemoryBytes Serializer { get; } = new();

    /// <inheritdoc/>
    /// <remarks>Memory that lies nowhere is a tombstone's (<see cref="Client.KafkaMessage.IsTombstone"/>): the library takes null for that.</remarks>
    public byte[] Serialize(ReadOnlyMemory<byte> data, SerializationContext context) => data.Equals(default) ? null!
        : MemoryMarshal.TryGetArray(data, out var array) && array.Offset == 0 && array.Count == array.Array!.Length ? array.Array : data.ToArray();
}
