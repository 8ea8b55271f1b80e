using System.IO.MemoryMappedFiles;
using Emergence.Stages.Input;

namespace Emergence.Stages.Activations;

/// <summary>
/// A part of a file in memory, moved along as it is read: what is resident stays small however large the file is. Not safe for concurrent calls.
/// </summary>
/// <remarks>
/// A page of a mapped file that was cut off ends the process (SIGBUS). So the file's length is looked at before each piece is
/// handed out; only a file cut short within that piece's copy, milliseconds, still does it.
/// </remarks>
internal sealed unsafe class MappedWindow : IDisposable
{
    private const long Page = 1 << 16;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly MemoryMappedFile _map;
    private MemoryMappedViewAccessor? _view;
    private byte* _first;
    private long _begin;
    private long _end;

    /// <param name="path">A file that is not empty.</param>
    /// <param name="length">Its length as checked against its header; it may grow.</param>
    public MappedWindow(string path, long length)
    {
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        Length = length;
        try
        {
            CheckLength();
            _map = MemoryMappedFile.CreateFromFile(_stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the file that may be read.</summary>
    public long Length { get; }

    /// <summary>Bytes from a position on; good until the next call.</summary>
    /// <param name="position">From the file's first byte.</param>
    /// <param name="bytes">How many; at most <see cref="ActivationLimits.WindowBytes"/>.</param>
    /// <exception cref="BadInputException">The file became shorter.</exception>
    public ReadOnlySpan<byte> At(long position, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, ActivationLimits.WindowBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position + bytes, Length);
        CheckLength();
        if (position < _begin || position + bytes > _end)
        {
            Move(position);
        }

        return new ReadOnlySpan<byte>(_first + (position - _begin), bytes);
    }

    public void Dispose()
    {
        Release();
        _map.Dispose();
        _stream.Dispose();
    }

    private void Move(long position)
    {
        Release();
        var begin = position / Page * Page;
        var size = Math.Min(Length - begin, ActivationLimits.WindowBytes + Page);
        _view = _map.CreateViewAccessor(begin, size, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _first = pointer + _view.PointerOffset;
        (_begin, _end) = (begin, begin + size);
    }

    private void Release()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _view = null;
        }

        (_begin, _end) = (0, 0);
    }

    private void CheckLength()
    {
        var now = RandomAccess.GetLength(_stream.SafeFileHandle);
        if (now < Length)
        {
            throw new BadInputException(_path, $"offset {now}", $"the file became shorter while it was read: it had {Length} bytes", "Wait until it is written completely, or copy it again");
        }
    }
}
