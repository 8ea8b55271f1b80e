using System.Buffers.Binary;
using System.Text;

namespace Emergence.TestBroker.Wire;

/// <summary>Reads the protocol's types from the bytes of one request or answer. Every length is checked against the bytes that are left before it is used.</summary>
/// <param name="bytes">The bytes, from the header on.</param>
internal sealed class WireReader(ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private int _at;

    /// <summary>Whether lengths are the compact ones and tagged fields follow each structure.</summary>
    public bool Flexible { get; set; }

    /// <summary>Where the next byte lies.</summary>
    public int Position => _at;

    /// <summary>Bytes not read yet.</summary>
    public int Remaining => bytes.Length - _at;

    public bool Bool() => Int8() != 0;

    public sbyte Int8() => (sbyte)Take(1).Span[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2).Span);

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4).Span);

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8).Span);

    /// <summary>An unsigned number of up to 64 bits in groups of seven, the lowest first.</summary>
    public ulong UVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1).Span[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }

        throw new WireException($"a number at {_at} has no end");
    }

    /// <summary>A signed number, zigzag.</summary>
    public long Varint()
    {
        var value = UVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public string String() => NullableString() ?? throw new WireException($"null for a string before {_at}");

    public string? NullableString()
    {
        var length = Flexible ? Compact() : Int16();
        if (length < 0)
            return length == -1 ? null : throw new WireException($"length {length} before {_at}");
        try
        {
            return Utf8.GetString(Take(length).Span);
        }
        catch (ArgumentException)
        {
            throw new WireException($"text before {_at} is not UTF-8");
        }
    }

    public ReadOnlyMemory<byte> Bytes() => NullableBytes() ?? throw new WireException($"null for bytes before {_at}");

    public ReadOnlyMemory<byte>? NullableBytes()
    {
        var length = Flexible ? Compact() : Int32();
        if (length < 0)
            return length == -1 ? null : throw new WireException($"length {length} before {_at}");
        return Take(length);
    }

    /// <summary>A sequence of structures; null where the sender says so.</summary>
    public IReadOnlyList<T>? NullableArray<T>(Func<T> element)
    {
        var count = Count();
        if (count < 0)
            return null;
        var items = new List<T>(Math.Min(count, 256));
        for (var i = 0; i < count; i++)
        {
            items.Add(element());
            Tags();
        }

        return items;
    }

    /// <summary>A sequence of structures.</summary>
    public IReadOnlyList<T> Array<T>(Func<T> element) => NullableArray(element) ?? throw new WireException($"null for a sequence before {_at}");

    /// <summary>A sequence of numbers or texts, which have no tagged fields.</summary>
    public IReadOnlyList<T>? NullablePlainArray<T>(Func<T> element)
    {
        var count = Count();
        if (count < 0)
            return null;
        var items = new List<T>(Math.Min(count, 256));
        for (var i = 0; i < count; i++)
            items.Add(element());
        return items;
    }

    /// <summary>A sequence of numbers or texts.</summary>
    public IReadOnlyList<T> PlainArray<T>(Func<T> element) => NullablePlainArray(element) ?? throw new WireException($"null for a sequence before {_at}");

    /// <summary>Topics, each with its partitions.</summary>
    public IReadOnlyList<TopicParts<T>> Topics<T>(Func<T> part) => Array(() => new TopicParts<T>(String(), Array(part)));

    /// <summary>Passes over the tagged fields of a structure, where there can be any.</summary>
    public void Tags()
    {
        if (!Flexible)
            return;
        for (var left = UVarint(); left > 0; left--)
        {
            UVarint();
            var length = UVarint();
            Take(length <= int.MaxValue ? (int)length : int.MaxValue);
        }
    }

    /// <summary>The next bytes as they are.</summary>
    public ReadOnlyMemory<byte> Take(int count)
    {
        if (count < 0 || count > Remaining)
            throw new WireException($"{count} bytes wanted at {_at} of {bytes.Length}");
        _at += count;
        return bytes.Slice(_at - count, count);
    }

    private int Compact()
    {
        var value = UVarint();
        return value <= int.MaxValue ? (int)value - 1 : throw new WireException($"length {value} before {_at}");
    }

    /// <summary>Number of elements; each takes at least a byte, so there are never more than bytes left.</summary>
    private int Count()
    {
        var count = Flexible ? Compact() : Int32();
        return count >= -1 && count <= Remaining ? count : throw new WireException($"{count} elements in {Remaining} bytes at {_at}");
    }
}
