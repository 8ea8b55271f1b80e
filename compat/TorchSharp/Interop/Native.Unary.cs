using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/pointwise.inl
internal static partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_abs(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_exp(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_expm1(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_exp2(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_log(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_log1p(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_log2(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_log10(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_sqrt(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_rsqrt(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_square(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_neg(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_reciprocal(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_sin(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_cos(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_tan(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_asin(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_acos(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_atan(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_sinh(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_cosh(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_tanh(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_sigmoid(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_erf(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_erfc(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_relu(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_gelu(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_silu(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_sign(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_floor(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_ceil(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_trunc(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_frac(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_lgamma(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_isnan(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_isfinite(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_isinf(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_logical_not(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_bitwise_not(TensorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_abs_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_exp_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_expm1_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_log_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_log1p_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_log2_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_log10_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_sqrt_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_rsqrt_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_neg_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_reciprocal_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_sin_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_cos_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_tan_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_asin_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_acos_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_atan_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_sinh_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_cosh_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_tanh_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_sigmoid_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_erf_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_erfc_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_relu_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_sign_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_floor_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_ceil_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_trunc_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_frac_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_lgamma_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_logical_not_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_bitwise_not_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_gelu_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_silu_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int et_round(TensorHandle self, long decimals, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_round_(TensorHandle self, long decimals);
}
