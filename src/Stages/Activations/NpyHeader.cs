using System.Buffers.Binary;
using System.Text;
using Emergence.Stages.Input;

namespace Emergence.Stages.Activations;

/// <summary>What a <c>.npy</c> file says of itself (NumPy's documentation, numpy.lib.format, versions 1.0 to 3.0).</summary>
/// <param name="Descr">Element type as NumPy writes it, such as <c>&lt;f4</c>.</param>
/// <param name="Shape">Size of each dimension.</param>
/// <param name="DataStart">Offset of the first element.</param>
internal sealed record NpyHeader(string Descr, IReadOnlyList<long> Shape, long DataStart)
{
    private const string NotNpy = "Write the file with numpy.save";

    /// <summary>First bytes of every such file.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Reads and checks a header, and that it describes the rest of the file exactly.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="file">The file.</param>
    /// <param name="elementBytes">Size of an element by its type; throws for one that is not read.</param>
    /// <exception cref="BadInputException">It is not a <c>.npy</c> file of an array in C order, or not all of it is there.</exception>
    public static NpyHeader Read(string path, FileStream file, Func<string, int> elementBytes)
    {
        Span<byte> prefix = stackalloc byte[12];
        var read = file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        if (read < 10 || !prefix[..6].SequenceEqual(Magic))
        {
            throw new BadInputException(path, "offset 0", "this is not a .npy file", NotNpy);
        }

        var version = prefix[6];
        if (version is < 1 or > 3 || prefix[7] != 0)
        {
            throw new BadInputException(path, "offset 6", $"format version {version}.{prefix[7]} is not known, 1.0 to 3.0 are", "Write the file with a NumPy that writes one of these");
        }

        var start = version == 1 ? 10 : 12;
        var length = version == 1 || read < 12 ? BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
        if (length > ActivationLimits.NpyHeaderBytes)
        {
            throw new BadInputException(path, "offset 8", $"the header claims {length} bytes, more than the {ActivationLimits.NpyHeaderBytes} allowed", NotNpy);
        }

        var text = new byte[length];
        file.Position = start;
        if (read < start || file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
        {
            throw new BadInputException(path, "offset 8", $"the header claims {length} bytes, fewer follow", "Wait until the file is written completely, or copy it again");
        }

        // Versions 1 and 2 are Latin-1, 3 is UTF-8; outside ASCII there are only names of fields, which are refused.
        var (descr, shape) = new NpyDictionary(path, start, Encoding.Latin1.GetString(text)).Parse();
        return new NpyHeader(descr, shape, start + length).Checked(path, file.Length, elementBytes(descr));
    }

    private NpyHeader Checked(string path, long fileLength, int elementBytes)
    {
        UInt128 bytes = (UInt128)elementBytes;
        foreach (var size in Shape)
        {
            // Each factor is below 2^63 and the product is cut off there, so it cannot overflow 128 bits.
            bytes *= (UInt128)size;
            if (bytes > long.MaxValue)
            {
                throw new BadInputException(path, "shape", $"({string.Join(", ", Shape)}) has more elements than a file can hold", NotNpy);
            }
        }

        var follow = fileLength - DataStart;
        return (UInt128)follow == bytes
            ? this
            : throw new BadInputException(path, $"offset {DataStart}", $"shape ({string.Join(", ", Shape)}) of {Descr} needs {bytes} bytes, {follow} follow the header", "Wait until the file is written completely, or write one array to one file");
    }
}
