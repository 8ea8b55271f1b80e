using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens.Files;

/// <summary>Opens files of text from outside, packed or not.</summary>
internal static class TextFile
{
    private const string Remedy = "Name a file that is there and readable";

    /// <summary>Opens a file's text, unpacked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="packed">Whether it is packed by gzip.</param>
    /// <exception cref="BadInputException">It is missing, not readable, no file, or not packed as its name says.</exception>
    public static Stream Open(string path, bool packed)
    {
        var file = OpenBytes(path);
        try
        {
            Span<byte> first = stackalloc byte[2];
            var read = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            var gzip = first[..read].SequenceEqual(UnpackedStream.Magic);
            if (gzip != packed)
            {
                throw packed
                    ? new BadInputException(path, "offset 0", "it is not packed by gzip", "Name it without .gz if it is plain, or copy it again")
                    : new BadInputException(path, "offset 0", "it is packed by gzip", "Give its name the ending .gz");
            }

            file.Position = 0;
            return packed ? new UnpackedStream(path, file) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file as it lies on the disk.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">It is missing, not readable or no file.</exception>
    public static FileStream OpenBytes(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
            if (file.CanSeek)
            {
                return file;
            }

            file.Dispose();
            throw new BadInputException(path, "", "it is a pipe or a device and can be read only once", "Save the text to a file");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException(path, "", "there is no such file", Remedy, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadInputException(path, "", $"the file cannot be read: {e.Message.TrimEnd('.')}", Remedy, e);
        }
    }
}
