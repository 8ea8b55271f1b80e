using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

// What every factory does: choose the place, copy .NET memory, ask for gradients.
public static partial class torch
{
    public static ScalarType get_default_dtype() => ScalarType.Float32;

    private static Place OnPlace(ScalarType? type, Device? device) => new(type ?? get_default_dtype(), device ?? CPU);

    private static Tensor Made(int status, nint handle, bool requiresGrad, string[]? names = null)
    {
        var tensor = Tensor.Take(status, handle);
        if (names is { Length: > 0 })
        {
            tensor.Dispose();
            throw new NotSupportedException("Dimensions cannot be given names here; TorchSharp's own packages (-p:Packages=nuget) can do it.");
        }
        return requiresGrad ? tensor.requires_grad_() : tensor;
    }

    private static unsafe Tensor Copied<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions, ScalarType? type, Device? device, bool requiresGrad, string[]? names)
        where T : unmanaged
    {
        long count = 1;
        foreach (var size in dimensions) count = checked(count * size);
        if (count != values.Length) throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {values.Length}");
        var own = ElementTypes.Of(typeof(T)) ?? throw new ArgumentException($"A tensor cannot hold elements of type {typeof(T).Name}.");
        fixed (T* memory = values)
        fixed (long* sizes = dimensions)
        {
            // The address of an empty span is null, which libtorch does not take for a tensor's memory.
            if (count == 0) return Made(Native.et_empty(new Sizes(sizes, dimensions.Length), OnPlace(type ?? own, device), out var empty), empty, requiresGrad, names);
            return Made(Native.et_from_copy((nint)memory, (int)own, new Sizes(sizes, dimensions.Length), OnPlace(type ?? own, device), out var result), result, requiresGrad, names);
        }
    }

    private static ReadOnlySpan<T> AsSpan<T>(IList<T> values) => values switch
    {
        T[] array => array,
        List<T> list => CollectionsMarshal.AsSpan(list),
        _ => values.ToArray(),
    };
}
