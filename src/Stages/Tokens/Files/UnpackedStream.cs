using System.IO.Compression;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens.Files;

/// <summary>
/// The content of a gzip file, read once from its beginning. A file that is damaged, cut off, followed by something else or that
/// holds more than <see cref="TextLimits.UnpackedRatio"/> allows is refused.
/// </summary>
/// <remarks>
/// The framework's reader takes the end of the file for the end of the data, and passes over what follows it. So it is given one
/// more member at the end, whose content is known: it comes out whole only after a whole file.
/// </remarks>
internal sealed class UnpackedStream : Stream
{
    private static readonly byte[] s_mark = "end of the file\n"u8.ToArray();
    private static readonly byte[] s_markPacked = Pack(s_mark);

    private readonly string _path;
    private readonly GZipStream _content;
    private readonly long _most;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _begin;
    private int _filled;
    private long _given;
    private bool _ended;

    /// <param name="path">The file, for errors.</param>
    /// <param name="file">The file at its beginning; disposed with this.</param>
    public UnpackedStream(string path, FileStream file)
    {
        _path = path;
        _most = Math.Max(TextLimits.UnpackedLeast, file.Length > long.MaxValue / TextLimits.UnpackedRatio ? long.MaxValue : file.Length * TextLimits.UnpackedRatio);
        _content = new GZipStream(new FollowedStream(file, s_markPacked), CompressionMode.Decompress);
    }

    /// <summary>First bytes of every gzip file.</summary>
    public static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => _given;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="BadInputException">The file is damaged, cut off or holds too much.</exception>
    public override int Read(Span<byte> buffer)
    {
        // As many bytes as the mark has are held back until the end is known.
        while (_filled - _begin <= s_mark.Length && !_ended)
        {
            Fill();
        }

        var taken = Math.Min(buffer.Length, _filled - _begin - s_mark.Length);
        if (taken <= 0)
        {
            return 0;
        }

        _buffer.AsSpan(_begin, taken).CopyTo(buffer);
        _begin += taken;
        _given += taken;
        return _given <= _most
            ? taken
            : throw new BadInputException(_path, "", $"it unpacks to more than {_most} bytes ({TextLimits.UnpackedRatio} times its length, or {TextLimits.UnpackedLeast} where that is more)", "If that is what it should hold, unpack it (gunzip) and name the unpacked file");
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private void Fill()
    {
        _buffer.AsSpan(_begin, _filled - _begin).CopyTo(_buffer);
        _filled -= _begin;
        _begin = 0;
        int read;
        try
        {
            read = _content.Read(_buffer, _filled, _buffer.Length - _filled);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }

        if (read > 0)
        {
            _filled += read;
            return;
        }

        _ended = true;
        if (!_buffer.AsSpan(0, _filled).EndsWith(s_mark))
        {
            throw Damaged(null);
        }
    }

    private BadInputException Damaged(Exception? cause) => new(
        _path, $"byte {_given + _filled} unpacked", "the packed file is damaged, cut off, or something follows it", "Copy it again, or pack the text anew", cause);

    /// <summary>A stream and bytes after it.</summary>
    private sealed class FollowedStream(Stream first, byte[] then) : Stream
    {
        private int _at = -1;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_at < 0)
            {
                var read = first.Read(buffer);
                if (read > 0 || buffer.IsEmpty)
                {
                    return read;
                }

                _at = 0;
            }

            var taken = Math.Min(buffer.Length, then.Length - _at);
            then.AsSpan(_at, taken).CopyTo(buffer);
            _at += taken;
            return taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                first.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
