using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Take(Native.et_add(H, target.H, Number.One, out var result), result);

        public Tensor add(Tensor target, Scalar alpha) => Take(Native.et_add(H, target.H, alpha.Number, out var result), result);

        public Tensor add(Scalar scalar) => Take(Native.et_add_scalar(H, scalar.Number, Number.One, out var result), result);

        public Tensor add(Scalar scalar, Scalar alpha) => Take(Native.et_add_scalar(H, scalar.Number, alpha.Number, out var result), result);

        public Tensor add_(Tensor target) => Self(Native.et_add_(H, target.H, Number.One));

        public Tensor add_(Tensor target, Scalar alpha) => Self(Native.et_add_(H, target.H, alpha.Number));

        public Tensor add_(Scalar scalar) => Self(Native.et_add_scalar_(H, scalar.Number, Number.One));

        public Tensor add_(Scalar scalar, Scalar alpha) => Self(Native.et_add_scalar_(H, scalar.Number, alpha.Number));

        public Tensor sub(Tensor target) => Take(Native.et_sub(H, target.H, out var result), result);

        public Tensor sub(Scalar target) => Take(Native.et_sub_scalar(H, target.Number, out var result), result);

        public Tensor sub_(Tensor target) => Self(Native.et_sub_(H, target.H));

        public Tensor sub_(Scalar target) => Self(Native.et_sub_scalar_(H, target.Number));

        public Tensor mul(Tensor target) => Take(Native.et_mul(H, target.H, out var result), result);

        public Tensor mul(Scalar target) => Take(Native.et_mul_scalar(H, target.Number, out var result), result);

        public Tensor mul_(Tensor target) => Self(Native.et_mul_(H, target.H));

        public Tensor mul_(Scalar target) => Self(Native.et_mul_scalar_(H, target.Number));

        public Tensor pow(Tensor exponent) => Take(Native.et_pow(H, exponent.H, out var result), result);

        public Tensor pow(Scalar exponent) => Take(Native.et_pow_scalar(H, exponent.Number, out var result), result);

        public Tensor pow_(Tensor exponent) => Self(Native.et_pow_(H, exponent.H));

        public Tensor pow_(Scalar exponent) => Self(Native.et_pow_scalar_(H, exponent.Number));

        public Tensor remainder(Tensor target) => Take(Native.et_remainder(H, target.H, out var result), result);

        public Tensor remainder(Scalar scalar) => Take(Native.et_remainder_scalar(H, scalar.Number, out var result), result);

        public Tensor remainder_(Tensor target) => Self(Native.et_remainder_(H, target.H));

        public Tensor remainder_(Scalar scalar) => Self(Native.et_remainder_scalar_(H, scalar.Number));

        public Tensor fmod(Tensor target) => Take(Native.et_fmod(H, target.H, out var result), result);

        public Tensor fmod(Scalar scalar) => Take(Native.et_fmod_scalar(H, scalar.Number, out var result), result);

        public Tensor fmod_(Tensor target) => Self(Native.et_fmod_(H, target.H));

        public Tensor fmod_(Scalar scalar) => Self(Native.et_fmod_scalar_(H, scalar.Number));

        public Tensor floor_divide(Tensor other) => Take(Native.et_floor_divide(H, other.H, out var result), result);

        public Tensor floor_divide(Scalar other) => Take(Native.et_floor_divide_scalar(H, other.Number, out var result), result);

        public Tensor floor_divide_(Tensor other) => Self(Native.et_floor_divide_(H, other.H));

        public Tensor floor_divide_(Scalar other) => Self(Native.et_floor_divide_scalar_(H, other.Number));

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Take(Native.et_div(H, target.H, (int)rounding_mode, out var result), result);

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Take(Native.et_div_scalar(H, target.Number, (int)rounding_mode, out var result), result);

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Self(Native.et_div_(H, target.H, (int)rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Self(Native.et_div_scalar_(H, target.Number, (int)rounding_mode));

        public Tensor maximum(Tensor other) => Take(Native.et_maximum(H, other.H, out var result), result);

        public Tensor minimum(Tensor other) => Take(Native.et_minimum(H, other.H, out var result), result);

        public Tensor atan2(Tensor other) => Take(Native.et_atan2(H, other.H, out var result), result);

        public Tensor xlogy(Tensor y) => Take(Native.et_xlogy(H, y.H, out var result), result);

        public Tensor logaddexp(Tensor other) => Take(Native.et_logaddexp(H, other.H, out var result), result);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) =>
            Take(Native.et_clamp(H, Scalar.OrAbsent(min), Scalar.OrAbsent(max), out var result), result);

        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Take(Native.et_clamp_tensor(H, Optional(min), Optional(max), out var result), result);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Self(Native.et_clamp_(H, Scalar.OrAbsent(min), Scalar.OrAbsent(max)));

        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Self(Native.et_clamp_tensor_(H, Optional(min), Optional(max)));

        public Tensor clamp_min(Scalar min) => clamp(min, (Scalar?)null);

        public Tensor clamp_min_(Scalar min) => clamp_(min, (Scalar?)null);

        public Tensor clamp_max(Scalar max) => clamp((Scalar?)null, max);

        public Tensor clamp_max_(Scalar max) => clamp_((Scalar?)null, max);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Take(Native.et_addcmul(H, tensor1.H, tensor2.H, value.Number, out var result), result);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Self(Native.et_addcmul_(H, tensor1.H, tensor2.H, value.Number));

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Take(Native.et_addcdiv(H, tensor1.H, tensor2.H, value.Number, out var result), result);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => addcdiv(tensor1, tensor2, 1);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Self(Native.et_addcdiv_(H, tensor1.H, tensor2.H, value.Number));

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => addcdiv_(tensor1, tensor2, 1);

        public Tensor lerp(Tensor end, Tensor weight) => Take(Native.et_lerp(H, end.H, weight.H, out var result), result);

        public Tensor lerp_(Tensor end, Tensor weight) => Self(Native.et_lerp_(H, end.H, weight.H));

        public Tensor zero_() => Self(Native.et_zero_(H));

        public Tensor fill_(Scalar value) => Self(Native.et_fill_(H, value.Number));
    }
}
