using Microsoft.Win32.SafeHandles;

namespace TorchSharp.Interop;

/// <summary>Owns one native tensor handle; its finaliser releases what a caller forgot.</summary>
internal sealed class TensorHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Stands for "no tensor" where a native function takes an optional one. Never disposed.</summary>
    internal static readonly TensorHandle None = new(0);

    internal TensorHandle(nint handle) : base(ownsHandle: true) => SetHandle(handle);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Native.et_free(handle);
        return true;
    }
}
