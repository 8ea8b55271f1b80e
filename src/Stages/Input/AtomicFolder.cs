using System.Runtime.InteropServices;

namespace Emergence.Stages.Input;

/// <summary>Writes a folder so that it is there whole or not at all: beside its place, flushed to the disk, then renamed.</summary>
public static partial class AtomicFolder
{
    /// <summary>Writes a folder that is not there yet.</summary>
    /// <param name="path">The folder; its parent exists.</param>
    /// <param name="fill">Writes the files into the folder it is given, each flushed to the disk by the one who writes it.</param>
    /// <exception cref="IOException">It cannot be written, or something of that name is there; nothing is left of the attempt.</exception>
    public static void Write(string path, Action<string> fill)
    {
        var full = Path.GetFullPath(path);
        var parent = Path.GetDirectoryName(full)!;
        var temporary = Path.Combine(parent, $".tmp-{Environment.ProcessId}-{Path.GetFileName(full)}");
        try
        {
            // What an attempt that was killed under the same process id left behind.
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }

            Directory.CreateDirectory(temporary);
            fill(temporary);
            Flush(temporary);
            Directory.Move(temporary, full);
            Flush(parent);
        }
        catch
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }

            throw;
        }
    }

    /// <summary>Makes the entries of a folder (names, renames) last through a power cut; the framework flushes files only.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows keeps a folder's entries by itself and has no call for it.
            return;
        }

        const int readOnly = 0;
        var descriptor = Open(folder, readOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{folder} cannot be opened to be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var result = Sync(descriptor);
        var message = result < 0 ? Marshal.GetLastPInvokeErrorMessage() : "";
        _ = Close(descriptor);
        if (result < 0)
        {
            throw new IOException($"{folder} cannot be flushed to the disk: {message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
