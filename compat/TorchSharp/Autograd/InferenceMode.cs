using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>libtorch's inference mode on this thread until disposed, on the same thread and innermost first.</summary>
internal sealed class InferenceMode : IDisposable
{
    private nint _guard;

    internal InferenceMode(bool mode) => Native.Check(Native.et_inference_enter(mode, out _guard));

    internal static bool Enabled
    {
        get
        {
            Native.Check(Native.et_inference_enabled(out var enabled));
            return enabled;
        }
    }

    public void Dispose()
    {
        if (_guard == 0) return;
        Native.Check(Native.et_inference_leave(_guard));
        _guard = 0;
    }
}
