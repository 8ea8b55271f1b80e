namespace Emergence.Stages.Tokens.Files;

/// <summary>
/// Lines of a stream of bytes with their numbers and places: ended by LF or CR LF, a byte-order mark before the first passed over.
/// Memory grows with the longest line only.
/// </summary>
/// <param name="stream">The text, at its beginning.</param>
/// <param name="longest">Longest line that is read, in bytes.</param>
internal sealed class LineReader(Stream stream, int longest)
{
    private byte[] _buffer = new byte[1 << 16];
    private long _bufferStart;
    private int _begin;
    private int _filled;
    private bool _ended;

    /// <summary>The line without its end; valid until the next one is read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Number of the line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Bytes of the text before the line.</summary>
    public long Start { get; private set; }

    /// <summary>Bytes of the text up to the line's end, the end included.</summary>
    public long End => _bufferStart + _begin;

    /// <summary>Whether reading stopped at a line that is longer than allowed; its number is <see cref="Number"/>.</summary>
    public bool TooLong { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <returns>False at the end, and at a line that is too long.</returns>
    public bool Next()
    {
        if (TooLong)
        {
            return false;
        }

        if (Number == 0)
        {
            Fill();
            if (_buffer.AsSpan(0, _filled).StartsWith("\uFEFF"u8))
            {
                _begin = 3;
            }
        }

        var scanned = 0;
        while (true)
        {
            var end = _buffer.AsSpan(_begin + scanned, _filled - _begin - scanned).IndexOf((byte)'\n');
            if (end >= 0 && scanned + end <= longest)
            {
                Take(scanned + end, 1);
                return true;
            }

            scanned = _filled - _begin;
            if (end >= 0 || scanned > longest)
            {
                Number++;
                TooLong = true;
                return false;
            }

            if (_ended || !Fill())
            {
                if (scanned == 0)
                {
                    return false;
                }

                Take(scanned, 0);
                return true;
            }
        }
    }

    private void Take(int length, int ending)
    {
        Number++;
        Start = _bufferStart + _begin;
        Line = _buffer.AsMemory(_begin, length > 0 && _buffer[_begin + length - 1] == '\r' ? length - 1 : length);
        _begin += length + ending;
    }

    // The first fill asks for enough to see a byte-order mark.
    private bool Fill()
    {
        if (_begin > 0)
        {
            _buffer.AsSpan(_begin, _filled - _begin).CopyTo(_buffer);
            _bufferStart += _begin;
            _filled -= _begin;
            _begin = 0;
        }

        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _filled);
        }

        var read = stream.ReadAtLeast(_buffer.AsSpan(_filled), Math.Min(3, _buffer.Length - _filled), throwOnEndOfStream: false);
        _filled += read;
        _ended = read == 0;
        return read > 0;
    }
}
