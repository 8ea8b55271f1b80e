using System.Runtime.InteropServices;

namespace Emergence.Pipeline.Assembly;

/// <summary>Gives a file that never changes any more a second place: by a hard link where the file system has them, else by a copy.</summary>
internal static partial class FileCopy
{
    /// <summary>Makes it.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">Its second place; nothing is there.</param>
    public static void LinkOrCopy(string from, string to)
    {
        if (OperatingSystem.IsWindows() || Link(from, to) != 0)
        {
            File.Copy(from, to);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
