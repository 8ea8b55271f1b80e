using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor cat(Tensor[] tensors, long dim = 0) => cat((ReadOnlySpan<Tensor>)tensors, dim);

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => cat([.. tensors], dim);

    public static unsafe Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0)
    {
        fixed (nint* p = Tensor.Handles(tensors))
        {
            var status = Native.et_cat(p, tensors.Length, dim, out var result);
            KeepAlive(tensors);
            return Tensor.Take(status, result);
        }
    }

    public static Tensor concat(Tensor[] tensors, long dim = 0) => cat((ReadOnlySpan<Tensor>)tensors, dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat([.. tensors], dim);

    public static Tensor concat(ReadOnlySpan<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static unsafe Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        Tensor[] all = [.. tensors];
        fixed (nint* p = Tensor.Handles(all))
        {
            var status = Native.et_stack(p, all.Length, dim, out var result);
            GC.KeepAlive(all);
            return Tensor.Take(status, result);
        }
    }

    public static unsafe Tensor einsum(string equation, params Tensor[] tensors)
    {
        fixed (nint* p = Tensor.Handles(tensors))
        {
            var status = Native.et_einsum(equation, p, tensors.Length, out var result);
            GC.KeepAlive(tensors);
            return Tensor.Take(status, result);
        }
    }

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);

    /// <summary>The indices of the true elements, one tensor per dimension.</summary>
    public static Tensor[] where(Tensor condition)
    {
        var status = Native.et_where_list(condition.H, out var list);
        return list.Take(status);
    }

    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null)
    {
        if (sorter is null) return Tensor.Take(Native.et_searchsorted(sorted_sequence.H, values.H, out_int32, right, out var result), result);
        using var ordered = sorted_sequence.gather(-1, sorter);
        return searchsorted(ordered, values, out_int32, right);
    }

    private static void KeepAlive(ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors) GC.KeepAlive(tensor);
    }

    /// <summary>Norms by the names of linear algebra.</summary>
    public static class linalg
    {
        public static unsafe Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false)
        {
            fixed (long* p = dims)
                return Tensor.Take(Native.et_vector_norm(input.H, ord, new Sizes(p, dims?.Length ?? -1), keepdim, out var result), result);
        }
    }
}
