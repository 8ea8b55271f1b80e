using System.Buffers.Binary;
using System.Numerics;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Log;

/// <summary>One record batch of format 2, kept as the bytes that came; the first offset and the leader's epoch, which the checksum leaves out, are the broker's.</summary>
internal sealed class RecordBatch
{
    /// <summary>Bytes before the records.</summary>
    public const int HeaderBytes = 61;
    private const int LengthAt = 8;
    private const int EpochAt = 12;
    private const int MagicAt = 16;
    private const int CrcAt = 17;
    private const int AttributesAt = 21;
    private const short CompressionBits = 0x07;
    private const short TransactionalBit = 0x10;
    private const short ControlBit = 0x20;
    private readonly byte[] _bytes;

    private RecordBatch(byte[] bytes) => _bytes = bytes;

    public ReadOnlyMemory<byte> Bytes => _bytes;

    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(_bytes);

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public int LastOffsetDelta => Int32(23);

    public long FirstTimestamp => Int64(27);

    public long MaxTimestamp => Int64(35);

    /// <summary>-1 for a producer without idempotence.</summary>
    public long ProducerId => Int64(43);

    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(_bytes.AsSpan(51));

    public int FirstSequence => Int32(53);

    /// <summary>Sequence numbers go round after 2³¹ - 1.</summary>
    public int LastSequence => (int)(((long)FirstSequence + LastOffsetDelta) & int.MaxValue);

    public bool IsTransactional => (Attributes & TransactionalBit) != 0;

    public bool IsControl => (Attributes & ControlBit) != 0;

    public bool IsCompressed => (Attributes & CompressionBits) != 0;

    private short Attributes => BinaryPrimitives.ReadInt16BigEndian(_bytes.AsSpan(AttributesAt));

    /// <summary>Takes what a producer sent for a partition: exactly one batch.</summary>
    /// <param name="sent">The bytes.</param>
    /// <param name="keysRequired">Whether the topic is compacted, so that every record must have a key.</param>
    /// <param name="batch">The batch, in memory of its own.</param>
    /// <returns>Why it is refused.</returns>
    public static ErrorCode Receive(ReadOnlyMemory<byte> sent, bool keysRequired, out RecordBatch batch)
    {
        batch = new RecordBatch(sent.ToArray());
        if (sent.Length > MagicAt && batch._bytes[MagicAt] != 2)
            return ErrorCode.UnsupportedForMessageFormat;
        if (sent.Length < HeaderBytes || batch.Int32(LengthAt) != sent.Length - LengthAt - 4)
            return ErrorCode.CorruptMessage;
        if (BinaryPrimitives.ReadUInt32BigEndian(sent.Span[CrcAt..]) != Crc(sent.Span[AttributesAt..]))
            return ErrorCode.CorruptMessage;
        return batch.LastOffsetDelta < 0 || batch.IsControl || (batch.Attributes & CompressionBits) > 4 || batch.Int32(57) != (long)batch.LastOffsetDelta + 1
            || !batch.RecordsAreWhole(keysRequired)
            ? ErrorCode.InvalidRecord
            : ErrorCode.None;
    }

    /// <summary>The record that ends a transaction in a partition.</summary>
    public static RecordBatch Marker(long producerId, short epoch, bool commit, DateTimeOffset at)
    {
        var record = new WireWriter();
        record.Int8(0);
        record.Varint(0);
        record.Varint(0);
        record.Varint(4);
        record.Int16(0);
        record.Int16(commit ? (short)1 : (short)0);
        record.Varint(6);
        record.Int16(0);
        record.Int32(0);
        record.Varint(0);

        var batch = new WireWriter();
        batch.Int64(0);
        batch.Int32(HeaderBytes - LengthAt - 4 + 1 + record.Written.Length);
        batch.Int32(0);
        batch.Int8(2);
        batch.Int32(0);
        batch.Int16(TransactionalBit | ControlBit);
        batch.Int32(0);
        batch.Int64(at.ToUnixTimeMilliseconds());
        batch.Int64(at.ToUnixTimeMilliseconds());
        batch.Int64(producerId);
        batch.Int16(epoch);
        batch.Int32(-1);
        batch.Int32(1);
        batch.Varint(record.Written.Length);
        batch.Raw(record.Written.Span);
        var bytes = batch.Written.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcAt), Crc(bytes.AsSpan(AttributesAt)));
        return new RecordBatch(bytes);
    }

    /// <summary>Gives it its place in the log.</summary>
    public void Place(long offset)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes, offset);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(EpochAt), 0);
    }

    /// <summary>Offset and time of the first record written at a time or later; of the batch's first where records are compressed, which are not looked into.</summary>
    public (long Offset, long Timestamp) FirstAt(long timestamp)
    {
        if (!IsCompressed && !IsControl)
        {
            var reader = new WireReader(_bytes.AsMemory(HeaderBytes));
            for (var i = 0; i <= LastOffsetDelta; i++)
            {
                var record = RecordView.Read(reader);
                if (FirstTimestamp + record.TimestampDelta >= timestamp)
                    return (BaseOffset + i, FirstTimestamp + record.TimestampDelta);
            }
        }

        return (BaseOffset, MaxTimestamp);
    }

    /// <summary>CRC-32C (Castagnoli), as iSCSI has it.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    private bool RecordsAreWhole(bool keysRequired)
    {
        if (IsCompressed)
            return true;
        try
        {
            var reader = new WireReader(_bytes.AsMemory(HeaderBytes));
            for (var i = 0; i <= LastOffsetDelta; i++)
            {
                var record = RecordView.Read(reader);
                if (record.OffsetDelta != i || (keysRequired && !record.HasKey))
                    return false;
            }

            return reader.Remaining == 0;
        }
        catch (WireException)
        {
            return false;
        }
    }

    private int Int32(int at) => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(at));

    private long Int64(int at) => BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(at));
}
