using System.Buffers.Binary;

namespace Apache.Arrow.Ipc;

/// <summary>Where a message lies in a file.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="MetadataLength">Bytes before its body: prefix, metadata, padding.</param>
/// <param name="BodyLength">Bytes of its body.</param>
internal readonly record struct Block(long Offset, int MetadataLength, long BodyLength)
{
    public const int Size = 24;

    public static Block Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
}
