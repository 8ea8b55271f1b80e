using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace Emergence.TestKit.Sae;

/// <summary>
/// A float32 matrix in a <c>.npy</c> file (format 1.0, C order), read and written by rows, so that files larger than memory work.
/// For files that a test or benchmark made itself.
/// </summary>
public sealed partial class NpyMatrix : IDisposable
{
    private const int HeaderBytes = 128;
    private readonly SafeFileHandle _handle;
    private readonly long _start;

    private NpyMatrix(string path, SafeFileHandle handle, long start, long rows, int columns)
        => (Path, _handle, _start, Rows, Columns) = (path, handle, start, rows, columns);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Rows.</summary>
    public long Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Makes a file of this shape, replacing one that is there; rows not yet written are zeros.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    public static NpyMatrix Create(string path, long rows, int columns)
    {
        var length = HeaderBytes + (rows * columns * sizeof(float));
        var handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, preallocationSize: length);
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        byte[] header = [0x93, .. "NUMPY"u8, 1, 0, HeaderBytes - 10, 0, .. Encoding.ASCII.GetBytes(text.PadRight(HeaderBytes - 11)), (byte)'\n'];
        RandomAccess.Write(handle, header, 0);
        RandomAccess.SetLength(handle, length);
        return new NpyMatrix(path, handle, HeaderBytes, rows, columns);
    }

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no such matrix.</exception>
    public static NpyMatrix Open(string path)
    {
        var handle = File.OpenHandle(path);
        Span<byte> prefix = stackalloc byte[512];
        prefix = prefix[..RandomAccess.Read(handle, prefix, 0)];
        if (prefix.Length > 10 && prefix[1..6].SequenceEqual("NUMPY"u8) && prefix[6] == 1)
        {
            var start = 10 + prefix[8] + (256 * prefix[9]);
            var shape = Shape().Match(Encoding.ASCII.GetString(prefix[10..Math.Min(start, prefix.Length)]));
            if (shape.Success)
            {
                var (rows, columns) = (Number(shape.Groups[1]), (int)Number(shape.Groups[2]));
                if (RandomAccess.GetLength(handle) == start + (rows * columns * sizeof(float)))
                {
                    return new NpyMatrix(path, handle, start, rows, columns);
                }
            }
        }

        handle.Dispose();
        throw new InvalidDataException($"{path} is not a whole float32 matrix in NumPy's format 1.0 and C order");
    }

    /// <summary>Reads whole rows.</summary>
    /// <param name="row">The first.</param>
    /// <param name="values">Rows · columns values.</param>
    public void Read(long row, Span<float> values)
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var at = Offset(row);
        while (bytes.Length > 0)
        {
            var count = RandomAccess.Read(_handle, bytes, at);
            if (count == 0)
            {
                throw new EndOfStreamException($"{Path} ends before row {row + (values.Length / Columns)}");
            }

            bytes = bytes[count..];
            at += count;
        }
    }

    /// <summary>Writes whole rows; different rows may be written at the same time.</summary>
    /// <param name="row">The first.</param>
    /// <param name="values">Rows · columns values.</param>
    public void Write(long row, ReadOnlySpan<float> values) => RandomAccess.Write(_handle, MemoryMarshal.AsBytes(values), Offset(row));

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private long Offset(long row) => _start + (row * Columns * sizeof(float));

    private static long Number(Group digits) => long.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"'descr': '<f4', 'fortran_order': False, 'shape': \((\d{1,12}), (\d{1,9})\)")]
    private static partial Regex Shape();
}
