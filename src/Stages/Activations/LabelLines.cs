using System.Text;
using Emergence.Stages.Input;

namespace Emergence.Stages.Activations;

/// <summary>Lines of a UTF-8 file, ended by LF or CR LF, none longer than a label may be; a byte-order mark before the first is skipped.</summary>
internal static class LabelLines
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads them one by one.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="stream">The file, at its begin.</param>
    /// <exception cref="BadInputException">A line is too long or not UTF-8.</exception>
    public static IEnumerable<string> Read(string path, Stream stream)
    {
        var buffer = new byte[1 << 16];
        var line = new byte[ActivationLimits.LabelBytes];
        var length = 0;
        long number = 1;
        var open = false;
        var read = stream.ReadAtLeast(buffer, ByteOrderMark.Length, throwOnEndOfStream: false);
        for (var begin = buffer.AsSpan(0, read).StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0; read > 0; read = stream.Read(buffer, 0, buffer.Length), begin = 0)
        {
            for (var i = begin; i < read; i++)
            {
                if (buffer[i] == '\n')
                {
                    yield return Text(path, number++, line, length);
                    (length, open) = (0, false);
                    continue;
                }

                if (length == line.Length)
                {
                    throw new BadInputException(path, $"line {number}", $"the line has more than {line.Length} bytes", "Give one short label a line");
                }

                line[length++] = buffer[i];
                open = true;
            }
        }

        if (open)
        {
            yield return Text(path, number, line, length);
        }
    }

    private static string Text(string path, long number, byte[] line, int length)
    {
        if (length > 0 && line[length - 1] == '\r')
        {
            length--;
        }

        try
        {
            return s_strict.GetString(line, 0, length);
        }
        catch (DecoderFallbackException e)
        {
            throw new BadInputException(path, $"line {number}", "the line is not UTF-8", "Save the file as UTF-8", e);
        }
    }
}
