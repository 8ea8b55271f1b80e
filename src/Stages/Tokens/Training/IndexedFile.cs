using Emergence.Stages.Input;
using Microsoft.Win32.SafeHandles;

namespace Emergence.Stages.Tokens.Training;

/// <summary>Where the documents of one file begin and end.</summary>
/// <param name="Path">The file.</param>
/// <param name="Length">Its length when it was looked through.</param>
/// <param name="Written">When it had been written then.</param>
/// <param name="Json">Whether each document is a line of JSON, not its text itself.</param>
/// <param name="Unpacked">Whether the documents lie in the index's temporary file.</param>
/// <param name="Starts"><c>[documents + 1]</c>: first byte of each document, and the byte after the last.</param>
internal sealed record IndexedFile(string Path, long Length, DateTime Written, bool Json, bool Unpacked, long[] Starts)
{
    /// <summary>Number of documents.</summary>
    public int Count => Starts.Length - 1;

    /// <summary>Opens the file for reading documents.</summary>
    /// <exception cref="BadInputException">It is gone or another than it was.</exception>
    public SafeFileHandle Open()
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(Path, "", "the text was there at the start and cannot be read any more", Remedy, e);
        }

        if (RandomAccess.GetLength(handle) == Length && File.GetLastWriteTimeUtc(handle) == Written)
        {
            return handle;
        }

        handle.Dispose();
        throw Changed();
    }

    /// <summary>The error of a file that is another than it was.</summary>
    public BadInputException Changed() => new(Path, "", "the text has changed since the start, and every checkpoint must be given the same", Remedy);

    private const string Remedy = "Put the text back as it was and start again with the same command; nothing committed is lost";
}
