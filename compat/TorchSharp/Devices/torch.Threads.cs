using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static string? __version__ => Marshal.PtrToStringUTF8(Native.et_version());

    /// <summary>How many threads one operation may use: on this thread for good, and on every thread that has not set its own number.</summary>
    public static void set_num_threads(int num) => Native.Check(Native.et_set_num_threads(num));

    public static int get_num_threads()
    {
        Native.Check(Native.et_get_num_threads(out var count));
        return count;
    }

    /// <summary>May be called once, before the first operation that uses such threads.</summary>
    public static void set_num_interop_threads(int num) => Native.Check(Native.et_set_num_interop_threads(num));

    public static int get_num_interop_threads()
    {
        Native.Check(Native.et_get_num_interop_threads(out var count));
        return count;
    }
}
