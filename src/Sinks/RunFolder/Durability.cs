using System.Runtime.InteropServices;

namespace Emergence.Sinks.RunFolder;

/// <summary>
/// fsync of files and folders. A rename is only durable once the folder it happened in is on the disk, and .NET has no call for
/// that. On Windows there is no such call either: the file system's journal keeps the order of renames.
/// </summary>
internal static partial class Durability
{
    // Linux and macOS agree on these.
    private const int ReadOnly = 0;
    private const int InvalidArgument = 22;
    private const int ReadOnlyFileSystem = 30;

    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw Failure(path, Marshal.GetLastPInvokeError());
        }

        var error = FSync(descriptor) < 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = Close(descriptor);

        // Some network file systems cannot do this for folders and say "invalid argument": there the rename alone must do. Where nothing can
        // be written nothing waits to be.
        if (error != 0 && error != ReadOnlyFileSystem && !(error == InvalidArgument && Directory.Exists(path)))
        {
            throw Failure(path, error);
        }
    }

    private static IOException Failure(string path, int error) => new($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
