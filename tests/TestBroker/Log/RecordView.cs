using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Log;

/// <summary>What the broker wants to know of one uncompressed record.</summary>
/// <param name="OffsetDelta">Its offset behind the batch's first.</param>
/// <param name="TimestampDelta">Its time behind the batch's first, in milliseconds.</param>
/// <param name="HasKey">Whether it has a key.</param>
internal readonly record struct RecordView(long OffsetDelta, long TimestampDelta, bool HasKey)
{
    /// <summary>Reads one whole record and checks its lengths.</summary>
    public static RecordView Read(WireReader reader)
    {
        var length = reader.Varint();
        if (length < 0 || length > reader.Remaining)
            throw new WireException($"a record of {length} bytes in {reader.Remaining}");
        var body = new WireReader(reader.Take((int)length));
        body.Int8();
        var time = body.Varint();
        var offset = body.Varint();
        var hasKey = Skip(body, nullable: true);
        Skip(body, nullable: true);
        for (var headers = body.Varint(); headers != 0; headers--)
        {
            if (headers < 0)
                throw new WireException("a negative number of headers");
            Skip(body, nullable: false);
            Skip(body, nullable: true);
        }

        return body.Remaining == 0 ? new RecordView(offset, time, hasKey) : throw new WireException("bytes behind a record");
    }

    private static bool Skip(WireReader reader, bool nullable)
    {
        var length = reader.Varint();
        if (length == -1 && nullable)
            return false;
        if (length < 0 || length > reader.Remaining)
            throw new WireException($"a field of {length} bytes in {reader.Remaining}");
        reader.Take((int)length);
        return true;
    }
}
