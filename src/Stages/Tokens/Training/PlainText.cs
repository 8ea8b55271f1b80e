using System.Text.Unicode;

namespace Emergence.Stages.Tokens.Training;

/// <summary>
/// Cuts a stream of plain text into documents: all of it is one, unless it is longer than a document may be; then each ends with a
/// line, else with a space, else between two characters.
/// </summary>
internal static class PlainText
{
    /// <summary>Hands every document to a visitor.</summary>
    /// <param name="stream">The text at its beginning; a byte-order mark is passed over.</param>
    /// <param name="buffer">A byte longer than the longest document, which has at least 8.</param>
    /// <param name="visit">Takes a document's first byte, its bytes, and the line of its first bytes that are not UTF-8, or 0.</param>
    public static void Cut(Stream stream, byte[] buffer, Action<long, ReadOnlyMemory<byte>, long> visit)
    {
        var longest = buffer.Length - 1;
        var filled = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var begin = buffer.AsSpan(0, filled).StartsWith("\uFEFF"u8) ? 3 : 0;
        long start = begin;
        long line = 1;
        while (filled > begin)
        {
            var whole = buffer.AsMemory(begin, filled - begin);
            var length = filled < buffer.Length ? whole.Length : LastCut(whole.Span[..Math.Min(whole.Length, longest)]);
            var document = whole[..length];
            visit(start, document, Utf8.IsValid(document.Span) ? 0 : line + LinesBeforeBad(document.Span));
            line += document.Span.Count((byte)'\n');
            start += length;
            begin += length;
            buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
            filled -= begin;
            begin = 0;
            filled += stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
        }
    }

    private static int LastCut(ReadOnlySpan<byte> text)
    {
        // A cut in the first half would make many small documents of text with few lines.
        var half = text.Length / 2;
        var cut = text[half..].LastIndexOf((byte)'\n');
        cut = cut >= 0 ? cut : text[half..].LastIndexOf((byte)' ');
        if (cut >= 0)
        {
            return half + cut + 1;
        }

        var end = text.Length;
        while (end > text.Length - 4 && (text[end - 1] & 0xC0) == 0x80)
        {
            end--;
        }

        // Before the first byte of the last character, which may go on; where there is none, the text is no UTF-8 anyway.
        return end > text.Length - 4 ? end - 1 : text.Length;
    }

    private static int LinesBeforeBad(ReadOnlySpan<byte> text)
    {
        var lines = 0;
        while (true)
        {
            var end = text.IndexOf((byte)'\n');
            if (end < 0 || !Utf8.IsValid(text[..end]))
            {
                return lines;
            }

            text = text[(end + 1)..];
            lines++;
        }
    }
}
