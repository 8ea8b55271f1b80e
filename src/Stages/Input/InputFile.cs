using Microsoft.Win32.SafeHandles;

namespace Emergence.Stages.Input;

/// <summary>
/// A file from outside that is opened once and read through that handle: whoever deletes or replaces it meanwhile does no harm.
/// Reads may run side by side.
/// </summary>
/// <remarks>
/// Reads are positional reads, not a memory map: a mapped file that another program cuts short while it is read ends the
/// whole process with SIGBUS, and here such a file must end in a <see cref="BadInputException"/>.
/// </remarks>
public sealed class InputFile : IDisposable
{
    private const int StaleFileHandle = 116;
    private const string Truncated = "Wait until it is written completely, or copy it again";

    private readonly SafeFileHandle _handle;
    private long _bytesRead;

    private InputFile(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        _handle = handle;
        Length = length;
    }

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>Its length in bytes when it was opened.</summary>
    public long Length { get; }

    /// <summary>Bytes that were read so far.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">It is not there (<see cref="BadInputException.Vanished"/>). It cannot be opened, or is none that has a length.</exception>
    public static InputFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            var file = new InputFile(path, handle, RandomAccess.GetLength(handle));
            handle = null;
            return file;
        }
        catch (IOException e) when (InputFile.IsMissing(e))
        {
            throw new BadInputException(path, "", "there is no such file", "Wait until the checkpoint is complete, or copy the missing file", e) { Vanished = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message.TrimEnd('.')}", "Check that the file is there and readable", e);
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Whether the system says that a file or folder is not there; on network file systems also that an open one was deleted elsewhere.</summary>
    /// <param name="error">What the system threw.</param>
    public static bool IsMissing(Exception error) =>
        error is FileNotFoundException or DirectoryNotFoundException || (error is IOException && (error.HResult & 0xFFFF) == StaleFileHandle);

    /// <summary>Reads what a small file holds.</summary>
    /// <param name="largest">Greatest length in bytes that is read.</param>
    /// <param name="remedy">What the user can do when it is longer, one clause without a full stop.</param>
    /// <exception cref="BadInputException">It is longer, or became shorter.</exception>
    public byte[] ReadAll(long largest, string remedy)
    {
        if (Length > largest)
        {
            throw new BadInputException(Path, "", $"it has {Length} bytes, more than the {largest} allowed", remedy);
        }

        var bytes = new byte[Length];
        Read(bytes, 0, "");
        return bytes;
    }

    /// <summary>Fills memory from the file.</summary>
    /// <param name="destination">As long as what is read.</param>
    /// <param name="position">Offset of its first byte.</param>
    /// <param name="place">What is read, for errors; empty when the whole is.</param>
    /// <exception cref="BadInputException">The file became shorter, or the disk does not give it.</exception>
    public void Read(Span<byte> destination, long position, string place)
    {
        try
        {
            while (destination.Length > 0)
            {
                var read = RandomAccess.Read(_handle, destination, position);
                if (read == 0)
                {
                    throw new BadInputException(Path, place, "the file became shorter while it was read", Truncated);
                }

                Interlocked.Add(ref _bytesRead, read);
                destination = destination[read..];
                position += read;
            }
        }
        catch (IOException e) when (InputFile.IsMissing(e))
        {
            throw new BadInputException(Path, place, "it was deleted on another machine while it was read", "Keep checkpoints on the disk until they have been read", e) { Vanished = true };
        }
        catch (IOException e)
        {
            throw new BadInputException(Path, place, $"its bytes cannot be read: {e.Message.TrimEnd('.')}", "Check the disk and read it again", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
