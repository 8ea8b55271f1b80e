using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Whether this thread records operations for gradients, until disposed: then what was before.</summary>
internal sealed class GradMode : IDisposable
{
    private readonly bool _before;
    private bool _ended;

    internal GradMode(bool enabled)
    {
        _before = Enabled;
        Native.Check(Native.et_set_grad_enabled(enabled));
    }

    internal static bool Enabled
    {
        get
        {
            Native.Check(Native.et_grad_enabled(out var enabled));
            return enabled;
        }
    }

    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        Native.Check(Native.et_set_grad_enabled(_before));
    }
}
