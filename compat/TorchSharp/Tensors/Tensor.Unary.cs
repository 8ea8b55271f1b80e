using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Take(Native.et_abs(H, out var result), result);

        public Tensor abs_() => Self(Native.et_abs_(H));

        public Tensor exp() => Take(Native.et_exp(H, out var result), result);

        public Tensor exp_() => Self(Native.et_exp_(H));

        public Tensor expm1() => Take(Native.et_expm1(H, out var result), result);

        public Tensor expm1_() => Self(Native.et_expm1_(H));

        public Tensor exp2() => Take(Native.et_exp2(H, out var result), result);

        public Tensor log() => Take(Native.et_log(H, out var result), result);

        public Tensor log_() => Self(Native.et_log_(H));

        public Tensor log1p() => Take(Native.et_log1p(H, out var result), result);

        public Tensor log1p_() => Self(Native.et_log1p_(H));

        public Tensor log2() => Take(Native.et_log2(H, out var result), result);

        public Tensor log2_() => Self(Native.et_log2_(H));

        public Tensor log10() => Take(Native.et_log10(H, out var result), result);

        public Tensor log10_() => Self(Native.et_log10_(H));

        public Tensor sqrt() => Take(Native.et_sqrt(H, out var result), result);

        public Tensor sqrt_() => Self(Native.et_sqrt_(H));

        public Tensor rsqrt() => Take(Native.et_rsqrt(H, out var result), result);

        public Tensor rsqrt_() => Self(Native.et_rsqrt_(H));

        public Tensor square() => Take(Native.et_square(H, out var result), result);

        public Tensor neg() => Take(Native.et_neg(H, out var result), result);

        public Tensor neg_() => Self(Native.et_neg_(H));

        public Tensor reciprocal() => Take(Native.et_reciprocal(H, out var result), result);

        public Tensor reciprocal_() => Self(Native.et_reciprocal_(H));

        public Tensor sin() => Take(Native.et_sin(H, out var result), result);

        public Tensor sin_() => Self(Native.et_sin_(H));

        public Tensor cos() => Take(Native.et_cos(H, out var result), result);

        public Tensor cos_() => Self(Native.et_cos_(H));

        public Tensor tan() => Take(Native.et_tan(H, out var result), result);

        public Tensor tan_() => Self(Native.et_tan_(H));

        public Tensor asin() => Take(Native.et_asin(H, out var result), result);

        public Tensor asin_() => Self(Native.et_asin_(H));

        public Tensor acos() => Take(Native.et_acos(H, out var result), result);

        public Tensor acos_() => Self(Native.et_acos_(H));

        public Tensor atan() => Take(Native.et_atan(H, out var result), result);

        public Tensor atan_() => Self(Native.et_atan_(H));

        public Tensor sinh() => Take(Native.et_sinh(H, out var result), result);

        public Tensor sinh_() => Self(Native.et_sinh_(H));

        public Tensor cosh() => Take(Native.et_cosh(H, out var result), result);

        public Tensor cosh_() => Self(Native.et_cosh_(H));

        public Tensor tanh() => Take(Native.et_tanh(H, out var result), result);

        public Tensor tanh_() => Self(Native.et_tanh_(H));

        public Tensor sigmoid() => Take(Native.et_sigmoid(H, out var result), result);

        public Tensor sigmoid_() => Self(Native.et_sigmoid_(H));

        public Tensor erf() => Take(Native.et_erf(H, out var result), result);

        public Tensor erf_() => Self(Native.et_erf_(H));

        public Tensor erfc() => Take(Native.et_erfc(H, out var result), result);

        public Tensor erfc_() => Self(Native.et_erfc_(H));

        public Tensor relu() => Take(Native.et_relu(H, out var result), result);

        public Tensor relu_() => Self(Native.et_relu_(H));

        public Tensor gelu() => Take(Native.et_gelu(H, out var result), result);

        public Tensor gelu_() => Self(Native.et_gelu_(H));

        public Tensor silu() => Take(Native.et_silu(H, out var result), result);

        public Tensor silu_() => Self(Native.et_silu_(H));

        public Tensor sign() => Take(Native.et_sign(H, out var result), result);

        public Tensor sign_() => Self(Native.et_sign_(H));

        public Tensor floor() => Take(Native.et_floor(H, out var result), result);

        public Tensor floor_() => Self(Native.et_floor_(H));

        public Tensor ceil() => Take(Native.et_ceil(H, out var result), result);

        public Tensor ceil_() => Self(Native.et_ceil_(H));

        public Tensor trunc() => Take(Native.et_trunc(H, out var result), result);

        public Tensor trunc_() => Self(Native.et_trunc_(H));

        public Tensor frac() => Take(Native.et_frac(H, out var result), result);

        public Tensor frac_() => Self(Native.et_frac_(H));

        public Tensor lgamma() => Take(Native.et_lgamma(H, out var result), result);

        public Tensor lgamma_() => Self(Native.et_lgamma_(H));

        public Tensor isnan() => Take(Native.et_isnan(H, out var result), result);

        public Tensor isfinite() => Take(Native.et_isfinite(H, out var result), result);

        public Tensor isinf() => Take(Native.et_isinf(H, out var result), result);

        public Tensor logical_not() => Take(Native.et_logical_not(H, out var result), result);

        public Tensor logical_not_() => Self(Native.et_logical_not_(H));

        public Tensor bitwise_not() => Take(Native.et_bitwise_not(H, out var result), result);

        public Tensor bitwise_not_() => Self(Native.et_bitwise_not_(H));

        public Tensor negative() => neg();

        public Tensor absolute() => abs();

        public Tensor round(long decimals = 0) => Take(Native.et_round(H, decimals, out var result), result);

        public Tensor round_(long decimals = 0) => Self(Native.et_round_(H, decimals));
    }
}
