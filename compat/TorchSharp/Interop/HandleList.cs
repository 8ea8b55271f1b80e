using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Handles the shim returns together; <see cref="Take"/> makes tensors of them and frees the list itself.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct HandleList
{
    internal readonly nint* Items;
    internal readonly long Count;

    /// <summary>One tensor per handle, null where the handle is null.</summary>
    internal torch.Tensor?[] TakeOrNull(int status)
    {
        Native.Check(status);
        var tensors = new torch.Tensor?[Count];
        for (var i = 0; i < tensors.Length; i++) tensors[i] = Items[i] == 0 ? null : new torch.Tensor(Items[i]);
        Native.et_free_list(Items);
        return tensors;
    }

    internal torch.Tensor[] Take(int status) => TakeOrNull(status)!;
}
