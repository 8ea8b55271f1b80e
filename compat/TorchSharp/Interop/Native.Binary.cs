using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/pointwise.inl
internal static partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_sub(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_sub_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_sub_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_sub_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_mul(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_mul_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_mul_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_mul_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_pow(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_pow_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_pow_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_pow_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_remainder(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_remainder_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_remainder_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_remainder_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_fmod(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_fmod_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_fmod_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_fmod_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_floor_divide(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_floor_divide_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_floor_divide_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_floor_divide_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_eq(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_eq_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_eq_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_eq_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_ne(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_ne_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_ne_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_ne_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_lt(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_lt_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_lt_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_lt_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_le(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_le_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_le_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_le_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_gt(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_gt_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_gt_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_gt_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_ge(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_ge_(TensorHandle self, TensorHandle other);

    [LibraryImport(Library)]
    internal static partial int et_ge_scalar(TensorHandle self, Number other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_ge_scalar_(TensorHandle self, Number other);

    [LibraryImport(Library)]
    internal static partial int et_add(TensorHandle self, TensorHandle other, Number alpha, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_add_(TensorHandle self, TensorHandle other, Number alpha);

    [LibraryImport(Library)]
    internal static partial int et_add_scalar(TensorHandle self, Number other, Number alpha, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_add_scalar_(TensorHandle self, Number other, Number alpha);

    [LibraryImport(Library)]
    internal static partial int et_div(TensorHandle self, TensorHandle other, int mode, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_div_(TensorHandle self, TensorHandle other, int mode);

    [LibraryImport(Library)]
    internal static partial int et_div_scalar(TensorHandle self, Number other, int mode, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_div_scalar_(TensorHandle self, Number other, int mode);

    [LibraryImport(Library)]
    internal static partial int et_maximum(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_minimum(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_logical_and(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_logical_or(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_logical_xor(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_bitwise_and(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_bitwise_or(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_bitwise_xor(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_atan2(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_xlogy(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_logaddexp(TensorHandle self, TensorHandle other, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_isclose(TensorHandle self, TensorHandle other, double rtol, double atol, Flag equalNan, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_allclose(TensorHandle self, TensorHandle other, double rtol, double atol, Flag equalNan, out Flag result);

    [LibraryImport(Library)]
    internal static partial int et_same(TensorHandle self, TensorHandle other, out Flag result);

    [LibraryImport(Library)]
    internal static partial int et_clamp(TensorHandle self, Number min, Number max, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_clamp_(TensorHandle self, Number min, Number max);

    [LibraryImport(Library)]
    internal static partial int et_clamp_tensor(TensorHandle self, TensorHandle min, TensorHandle max, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_clamp_tensor_(TensorHandle self, TensorHandle min, TensorHandle max);

    [LibraryImport(Library)]
    internal static partial int et_addcmul(TensorHandle self, TensorHandle a, TensorHandle b, Number value, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_addcmul_(TensorHandle self, TensorHandle a, TensorHandle b, Number value);

    [LibraryImport(Library)]
    internal static partial int et_addcdiv(TensorHandle self, TensorHandle a, TensorHandle b, Number value, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_addcdiv_(TensorHandle self, TensorHandle a, TensorHandle b, Number value);

    [LibraryImport(Library)]
    internal static partial int et_lerp(TensorHandle self, TensorHandle end, TensorHandle weight, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_lerp_(TensorHandle self, TensorHandle end, TensorHandle weight);

    [LibraryImport(Library)]
    internal static partial int et_zero_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_fill_(TensorHandle self, Number value);
}
