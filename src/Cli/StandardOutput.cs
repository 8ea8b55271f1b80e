using System.Runtime.InteropServices;

namespace Emergence.Cli;

/// <summary>The state of this process's standard output.</summary>
internal static partial class StandardOutput
{
    private const int Descriptor = 1;
    private const short Error = 0x8;
    private const short HungUp = 0x10;

    /// <summary>Whether it is a pipe or socket whose reader has gone away; false where that cannot be told.</summary>
    public static bool IsGone()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return false;
        // Nothing is asked for: errors are told always.
        var entry = new Entry { Descriptor = Descriptor };
        return Poll(ref entry, 1, 0) > 0 && (entry.Found & (Error | HungUp)) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Entry entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
