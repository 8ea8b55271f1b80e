using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of the shape of a .NET array of any rank, with a copy of its elements.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static unsafe Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var own = OwnType(rawArray);
        var sizes = new long[rawArray.Rank];
        for (var d = 0; d < sizes.Length; d++) sizes[d] = rawArray.GetLongLength(d);
        if (rawArray.Length == 0) return empty((ReadOnlySpan<long>)sizes, dtype ?? own, device, requires_grad, names);
        fixed (byte* memory = &MemoryMarshal.GetArrayDataReference(rawArray))
        fixed (long* p = sizes)
            return Made(Native.et_from_copy((nint)memory, (int)own, new Sizes(p, sizes.Length), OnPlace(dtype ?? own, device), out var result), result, requires_grad, names);
    }

    /// <summary>A one-dimensional CPU tensor over the array's own memory: writing to one writes to the other. The array stays pinned until libtorch lets go of it. Count and offset are in elements of dtype; -1 takes all after the offset.</summary>
    public static unsafe Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var width = dtype.ElementSize();
        var elements = (long)rawArray.Length * OwnType(rawArray).ElementSize() / width;
        if (offset < 0 || offset >= elements) throw new ArgumentException($"invalid value for 'offset': {offset}");
        if (count < 0) count = elements - offset;
        if (count > elements - offset) throw new IndexOutOfRangeException($"element count is too large: {count}");
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        var status = Native.et_from_shared(pin.AddrOfPinnedObject() + (nint)(offset * width), (int)dtype, count, GCHandle.ToIntPtr(pin), &Unpin, out var result);
        if (status != 0) pin.Free();
        return Made(status, result, requires_grad);
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();

    private static ScalarType OwnType(Array array) =>
        ElementTypes.Of(array.GetType().GetElementType()!) ?? throw new ArgumentException($"A tensor cannot hold elements of type {array.GetType().GetElementType()!.Name}.");
}
