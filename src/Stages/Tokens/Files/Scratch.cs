using Microsoft.Win32.SafeHandles;

namespace Emergence.Stages.Tokens.Files;

/// <summary>
/// A file without a name in the system's folder for temporary files (<c>TMPDIR</c>): bytes are appended and read back, and it is
/// gone with the process, however that ends. Not safe for concurrent calls.
/// </summary>
internal sealed class Scratch : IDisposable
{
    private const long CheckEvery = 1 << 26;

    private readonly SafeFileHandle _file;
    private long _checkedAt = -CheckEvery;

    /// <summary>Makes an empty one.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public Scratch()
    {
        var path = Path.Combine(Folder, $".emergence-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            // Others must not read the text in the moment before the name is taken away.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        Stream = new FileStream(path, options);
        _file = Stream.SafeFileHandle;
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    /// <summary>The folder of temporary files.</summary>
    public static string Folder => Path.GetTempPath();

    /// <summary>Bytes appended so far.</summary>
    public long Length { get; private set; }

    /// <summary>Whether <see cref="TextLimits.DiskLeftFree"/> is left on the disk; looked at now and then.</summary>
    public bool HasRoom
    {
        get
        {
            if (Length - _checkedAt < CheckEvery)
            {
                return true;
            }

            _checkedAt = Length;
            return new DriveInfo(Folder).AvailableFreeSpace >= TextLimits.DiskLeftFree;
        }
    }

    private FileStream Stream { get; }

    /// <summary>Appends bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Where they begin.</returns>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        var start = Length;
        RandomAccess.Write(_file, bytes, start);
        Length += bytes.Length;
        return start;
    }

    /// <summary>Reads bytes that were appended.</summary>
    /// <param name="start">Where they begin.</param>
    /// <param name="into">Filled.</param>
    /// <exception cref="IOException">The disk fails.</exception>
    public void Read(long start, Span<byte> into)
    {
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(_file, into, start);
            if (read == 0)
            {
                throw new IOException("the temporary file ends before what was written to it");
            }

            into = into[read..];
            start += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Stream.Dispose();
}
