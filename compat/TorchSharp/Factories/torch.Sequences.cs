using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var whole = start.Type == ScalarType.Int64 && stop.Type == ScalarType.Int64 && step.Type == ScalarType.Int64;
        var place = OnPlace(dtype ?? (whole ? ScalarType.Int64 : get_default_dtype()), device);
        return Made(Native.et_arange(start.Number, stop.Number, step.Number, place, out var result), result, requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(Native.et_linspace(start, end, steps, OnPlace(dtype, device), out var result), result, requires_grad);

    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Made(Native.et_eye(rows, columns < 0 ? rows : columns, OnPlace(dtype, device), out var result), result, requires_grad, names);

    public static unsafe Tensor empty_strided(long[] size, long[] strides, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        fixed (long* p = size, q = strides)
        {
            var status = Native.et_empty_strided(new Sizes(p, size.Length), new Sizes(q, strides.Length), OnPlace(dtype, device), out var result);
            return Made(status, result, requires_grad, names);
        }
    }
}
