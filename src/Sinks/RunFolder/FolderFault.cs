using Emergence.Stages.Input;

namespace Emergence.Sinks.RunFolder;

/// <summary>Says what a fault of the disk means and what to do about it.</summary>
internal static class FolderFault
{
    // errno of Linux; the Windows codes for the same.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int ReadOnlyFileSystem = 30;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool IsFault(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>The error for a user.</summary>
    /// <param name="path">The folder or file that was to be written.</param>
    /// <param name="e">What the disk said.</param>
    public static BadInputException Explain(string path, Exception e) => e.HResult switch
    {
        NoSpace or QuotaExceeded or WindowsDiskFull => new BadInputException(
            path, "", "the disk is full", "free some space and start again; every committed step is intact and the run goes on behind the last", e),
        ReadOnlyFileSystem => new BadInputException(
            path, "", "the file system is read-only", "mount it for writing or choose another run folder", e),
        _ when e is UnauthorizedAccessException => new BadInputException(
            path, "", $"it may not be written ({e.Message})", "give yourself the right to write there or choose another run folder", e),
        _ => new BadInputException(path, "", $"it cannot be written ({e.Message})", "mend that or choose another run folder", e),
    };
}
