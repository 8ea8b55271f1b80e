using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Interop;

/// <summary>The C functions of the shim (native/), one file per concept, and what their status means.</summary>
internal static partial class Native
{
    internal const string Library = "emergence_torch";

    static Native() => NativeLoader.Register();

    [LibraryImport(Library)]
    private static partial nint et_last_error();

    /// <summary>Turns a failed status into the exception TorchSharp throws, with libtorch's own message.</summary>
    internal static void Check(int status)
    {
        if (status != 0) Throw();
    }

    private static void Throw() => throw new ExternalException(Marshal.PtrToStringUTF8(et_last_error()) ?? "libtorch failed without a message");
}
