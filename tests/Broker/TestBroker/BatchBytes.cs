using System.Buffers.Binary;
using Emergence.TestBroker.Wire;

namespace Emergence.Broker.Tests.TestBroker;

/// <summary>Record batches as a producer would send them, made without the broker's own code; the checksum bit by bit.</summary>
internal static class BatchBytes
{
    public static byte[] Make(long producerId, short epoch, int sequence, int records = 1, bool transactional = false)
    {
        var body = new WireWriter();
        for (var i = 0; i < records; i++)
        {
            body.Varint(7);
            body.Int8(0);
            body.Varint(i);
            body.Varint(i);
            body.Varint(-1);
            body.Varint(1);
            body.Int8((sbyte)('a' + i));
            body.Varint(0);
        }

        var batch = new WireWriter();
        batch.Int64(0);
        batch.Int32(49 + body.Written.Length);
        batch.Int32(-1);
        batch.Int8(2);
        batch.Int32(0);
        batch.Int16(transactional ? (short)0x10 : (short)0);
        batch.Int32(records - 1);
        batch.Int64(1000);
        batch.Int64(1000 + records - 1);
        batch.Int64(producerId);
        batch.Int16(epoch);
        batch.Int32(sequence);
        batch.Int32(records);
        batch.Raw(body.Written.Span);
        var bytes = batch.Written.ToArray();
        Seal(bytes);
        return bytes;
    }

    /// <summary>Puts the checksum right.</summary>
    public static void Seal(byte[] batch) => BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), Crc(batch.AsSpan(21)));

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }
}
