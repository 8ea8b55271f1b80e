using Microsoft.Win32.SafeHandles;

namespace TorchSharp.Interop;

/// <summary>Owns one native random generator.</summary>
internal sealed class GeneratorHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Stands for the device's default generator. Never disposed.</summary>
    internal static readonly GeneratorHandle None = new(0);

    internal GeneratorHandle(nint handle) : base(ownsHandle: true) => SetHandle(handle);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Native.et_generator_free(handle);
        return true;
    }
}
