using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Emergence.TestBroker.Wire;

/// <summary>Writes the protocol's types.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    /// <summary>Whether lengths are the compact ones and tagged fields follow each structure.</summary>
    public bool Flexible { get; set; }

    /// <summary>What has been written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Bool(bool value) => Int8(value ? (sbyte)1 : (sbyte)0);

    public void Int8(sbyte value)
    {
        _bytes.GetSpan(1)[0] = (byte)value;
        _bytes.Advance(1);
    }

    public void Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_bytes.GetSpan(2), value);
        _bytes.Advance(2);
    }

    public void Error(ErrorCode error) => Int16((short)error);

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }

    public void UVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Int8((sbyte)(byte)(value | 0x80));
        Int8((sbyte)value);
    }

    public void Varint(long value) => UVarint((ulong)((value << 1) ^ (value >> 63)));

    public void String(string? value)
    {
        var encoded = value is null ? null : Encoding.UTF8.GetBytes(value);
        if (Flexible)
            UVarint(encoded is null ? 0 : (ulong)encoded.Length + 1);
        else
            Int16((short)(encoded?.Length ?? -1));
        _bytes.Write(encoded);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        if (Flexible)
            UVarint((ulong)value.Length + 1);
        else
            Int32(value.Length);
        _bytes.Write(value);
    }

    /// <summary>Bytes without a length.</summary>
    public void Raw(ReadOnlySpan<byte> value) => _bytes.Write(value);

    /// <summary>Number of elements; -1 for null.</summary>
    public void Count(int count)
    {
        if (Flexible)
            UVarint((ulong)(count + 1));
        else
            Int32(count);
    }

    /// <summary>A sequence of structures; null as the protocol's null.</summary>
    public void Array<T>(IReadOnlyCollection<T>? items, Action<T> element)
    {
        Count(items?.Count ?? -1);
        foreach (var item in items ?? [])
        {
            element(item);
            Tags();
        }
    }

    /// <summary>A sequence of numbers or texts, which have no tagged fields.</summary>
    public void PlainArray<T>(IReadOnlyCollection<T> items, Action<T> element)
    {
        Count(items.Count);
        foreach (var item in items)
            element(item);
    }

    /// <summary>Topics, each with its partitions.</summary>
    public void Topics<T>(IReadOnlyCollection<TopicParts<T>> topics, Action<T> part) => Array(topics, topic =>
    {
        String(topic.Topic);
        Array(topic.Parts, part);
    });

    /// <summary>No tagged fields.</summary>
    public void Tags()
    {
        if (Flexible)
            UVarint(0);
    }
}
