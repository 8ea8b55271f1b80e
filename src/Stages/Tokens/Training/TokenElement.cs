using System.Buffers.Binary;

namespace Emergence.Stages.Tokens.Training;

/// <summary>How a file stores one token id, little-endian.</summary>
internal sealed class TokenElement
{
    private delegate long Reader(ReadOnlySpan<byte> bytes);

    private TokenElement(string name, string descr, int bytes, Reader read) => (Name, Descr, Bytes, Read) = (name, descr, bytes, read);

    /// <summary>Two bytes without sign.</summary>
    public static TokenElement UInt16 { get; } = new("uint16", "<u2", 2, b => BinaryPrimitives.ReadUInt16LittleEndian(b));

    /// <summary>Four bytes without sign.</summary>
    public static TokenElement UInt32 { get; } = new("uint32", "<u4", 4, b => BinaryPrimitives.ReadUInt32LittleEndian(b));

    /// <summary>Four bytes with sign.</summary>
    public static TokenElement Int32 { get; } = new("int32", "<i4", 4, b => BinaryPrimitives.ReadInt32LittleEndian(b));

    /// <summary>Eight bytes with sign.</summary>
    public static TokenElement Int64 { get; } = new("int64", "<i8", 8, BinaryPrimitives.ReadInt64LittleEndian);

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Size in bytes.</summary>
    public int Bytes { get; }

    private string Descr { get; }

    private Reader Read { get; }

    /// <summary>The element of a type of NumPy's; null when it holds no token ids.</summary>
    public static TokenElement? OfNpy(string descr) => new[] { UInt16, UInt32, Int32, Int64 }.FirstOrDefault(e => e.Descr == descr);

    /// <summary>Reads ids.</summary>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="values">Filled.</param>
    public void Decode(ReadOnlySpan<byte> bytes, Span<long> values)
    {
        if (Bytes == 2)
        {
            // By far the most usual type; the others are read by way of a call for each.
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
            }

            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Read(bytes[(Bytes * i)..]);
        }
    }
}
