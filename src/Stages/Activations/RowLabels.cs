using System.Buffers.Binary;
using System.Globalization;
using Emergence.Stages.Input;

namespace Emergence.Stages.Activations;

/// <summary>
/// A label for each row of activations: a text file with a label a line (an empty line: none), or a <c>.npy</c> file of whole numbers
/// (a negative one: none).
/// </summary>
public sealed class RowLabels
{
    private const string Remedy = "Give one label for each row of the activations";

    private readonly int[] _labels;

    private RowLabels(IReadOnlyList<string> names, int[] labels)
    {
        Names = names;
        _labels = labels;
    }

    /// <summary>The different labels: numbers ascending, texts in the order of their first row.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Index in <see cref="Names"/> for each row that was asked for; −1 where it has none.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Reads the labels of some rows; the file must have one for every row.</summary>
    /// <param name="path">The file. Its first bytes say which format it is.</param>
    /// <param name="rows">Rows of the activations.</param>
    /// <param name="first">First row whose label is kept.</param>
    /// <param name="count">How many are kept.</param>
    /// <exception cref="BadInputException">It cannot be read, has another number of labels, or too many different ones.</exception>
    public static RowLabels Read(string path, long rows, long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, rows);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
            Span<byte> magic = stackalloc byte[6];
            var read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
            file.Position = 0;
            return magic[..read].SequenceEqual(NpyHeader.Magic) ? Numbers(path, file, rows, first, count) : Lines(path, file, rows, first, count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message.TrimEnd('.')}", "Check that the file is there and readable", e);
        }
    }

    private static RowLabels Numbers(string path, FileStream file, long rows, long first, int count)
    {
        var header = NpyHeader.Read(path, file, descr => ElementBytes(path, descr));
        if (header.Shape.Count != 1 || header.Count != rows)
        {
            throw new BadInputException(path, "shape", $"it is ({string.Join(", ", header.Shape)}), the activations have {rows} rows", Remedy);
        }

        var size = ElementBytes(path, header.Descr);
        var bytes = new byte[size * count];
        file.Position = header.DataStart + (first * size);
        file.ReadExactly(bytes);
        var values = new Int128[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = Value(bytes.AsSpan(i * size, size), header.Descr[1] == 'i');
        }

        var names = values.Where(v => v >= 0).Distinct().Order().ToArray();
        CheckNames(path, names.Length);
        var index = names.Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i);
        return new RowLabels(
            [.. names.Select(v => v.ToString(CultureInfo.InvariantCulture))],
            [.. values.Select(v => v < 0 ? -1 : index[v])]);
    }

    private static RowLabels Lines(string path, FileStream file, long rows, long first, int count)
    {
        var names = new List<string>();
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var labels = new int[count];
        long row = 0;
        foreach (var line in LabelLines.Read(path, file))
        {
            if (row == rows)
            {
                throw new BadInputException(path, $"line {row + 1}", $"there are more labels than the {rows} rows of the activations", Remedy);
            }

            if (row >= first && row < first + count)
            {
                var label = -1;
                if (line.Length > 0 && !index.TryGetValue(line, out label))
                {
                    CheckNames(path, names.Count + 1);
                    index[line] = label = names.Count;
                    names.Add(line);
                }

                labels[row - first] = label;
            }

            row++;
        }

        return row == rows
            ? new RowLabels(names, labels)
            : throw new BadInputException(path, $"line {row}", $"there are {row} labels, the activations have {rows} rows", Remedy);
    }

    private static void CheckNames(string path, int names)
    {
        if (names > ActivationLimits.Labels)
        {
            throw new BadInputException(path, "", $"there are more than {ActivationLimits.Labels} different labels", "Give categories, not a name for each row");
        }
    }

    private static int ElementBytes(string path, string descr) => descr switch
    {
        "|i1" or "|u1" => 1,
        "<i2" or "<u2" => 2,
        "<i4" or "<u4" => 4,
        "<i8" or "<u8" => 8,
        _ => throw new BadInputException(path, "descr", $"'{descr}': labels are whole numbers", "Save array.astype('int64'), or a text file with a label a line"),
    };

    private static Int128 Value(ReadOnlySpan<byte> bytes, bool signed) => (bytes.Length, signed) switch
    {
        (1, true) => (sbyte)bytes[0],
        (1, false) => bytes[0],
        (2, true) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (4, true) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (_, true) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };
}
