// Element by element: functions of one tensor, arithmetic and comparisons of two, in place and not.
using namespace et;

#define UNARY(name) \
  ET et_##name(Handle self, Handle* out) { return guard([&] { *out = give(at::name(*self)); }); }

UNARY(abs)
UNARY(exp)
UNARY(expm1)
UNARY(exp2)
UNARY(log)
UNARY(log1p)
UNARY(log2)
UNARY(log10)
UNARY(sqrt)
UNARY(rsqrt)
UNARY(square)
UNARY(neg)
UNARY(reciprocal)
UNARY(sin)
UNARY(cos)
UNARY(tan)
UNARY(asin)
UNARY(acos)
UNARY(atan)
UNARY(sinh)
UNARY(cosh)
UNARY(tanh)
UNARY(sigmoid)
UNARY(erf)
UNARY(erfc)
UNARY(relu)
UNARY(gelu)
UNARY(silu)
UNARY(sign)
UNARY(floor)
UNARY(ceil)
UNARY(trunc)
UNARY(frac)
UNARY(lgamma)
UNARY(isnan)
UNARY(isfinite)
UNARY(isinf)
UNARY(logical_not)
UNARY(bitwise_not)

#define UNARY_IN_PLACE(name) \
  ET et_##name##_(Handle self) { return guard([&] { self->name##_(); }); }

UNARY_IN_PLACE(abs)
UNARY_IN_PLACE(exp)
UNARY_IN_PLACE(expm1)
UNARY_IN_PLACE(log)
UNARY_IN_PLACE(log1p)
UNARY_IN_PLACE(log2)
UNARY_IN_PLACE(log10)
UNARY_IN_PLACE(sqrt)
UNARY_IN_PLACE(rsqrt)
UNARY_IN_PLACE(neg)
UNARY_IN_PLACE(reciprocal)
UNARY_IN_PLACE(sin)
UNARY_IN_PLACE(cos)
UNARY_IN_PLACE(tan)
UNARY_IN_PLACE(asin)
UNARY_IN_PLACE(acos)
UNARY_IN_PLACE(atan)
UNARY_IN_PLACE(sinh)
UNARY_IN_PLACE(cosh)
UNARY_IN_PLACE(tanh)
UNARY_IN_PLACE(sigmoid)
UNARY_IN_PLACE(erf)
UNARY_IN_PLACE(erfc)
UNARY_IN_PLACE(relu)
UNARY_IN_PLACE(sign)
UNARY_IN_PLACE(floor)
UNARY_IN_PLACE(ceil)
UNARY_IN_PLACE(trunc)
UNARY_IN_PLACE(frac)
UNARY_IN_PLACE(lgamma)
UNARY_IN_PLACE(logical_not)
UNARY_IN_PLACE(bitwise_not)

// These two are functions only.
ET et_gelu_(Handle self) { return guard([&] { at::gelu_(*self); }); }
ET et_silu_(Handle self) { return guard([&] { at::silu_(*self); }); }

ET et_round(Handle self, int64_t decimals, Handle* out) { return guard([&] { *out = give(self->round(decimals)); }); }
ET et_round_(Handle self, int64_t decimals) { return guard([&] { self->round_(decimals); }); }

// With a tensor and with a number, new and in place.
#define BINARY(name)                                                                                                     \
  ET et_##name(Handle self, Handle other, Handle* out) { return guard([&] { *out = give(self->name(*other)); }); }       \
  ET et_##name##_(Handle self, Handle other) { return guard([&] { self->name##_(*other); }); }                          \
  ET et_##name##_scalar(Handle self, Number other, Handle* out) { return guard([&] { *out = give(self->name(scalar(other))); }); } \
  ET et_##name##_scalar_(Handle self, Number other) { return guard([&] { self->name##_(scalar(other)); }); }

BINARY(sub)
BINARY(mul)
BINARY(pow)
BINARY(remainder)
BINARY(fmod)
BINARY(floor_divide)
BINARY(eq)
BINARY(ne)
BINARY(lt)
BINARY(le)
BINARY(gt)
BINARY(ge)

// other · alpha is added.
ET et_add(Handle self, Handle other, Number alpha, Handle* out) { return guard([&] { *out = give(self->add(*other, scalar(alpha))); }); }
ET et_add_(Handle self, Handle other, Number alpha) { return guard([&] { self->add_(*other, scalar(alpha)); }); }
ET et_add_scalar(Handle self, Number other, Number alpha, Handle* out) { return guard([&] { *out = give(self->add(scalar(other), scalar(alpha))); }); }
ET et_add_scalar_(Handle self, Number other, Number alpha) { return guard([&] { self->add_(scalar(other), scalar(alpha)); }); }

// How a quotient is rounded: 0 not at all, 1 towards zero, 2 down. (libtorch's string type for it differs from version to version, a literal fits all.)
template <class Other> static at::Tensor quotient(const at::Tensor& self, const Other& other, int32_t mode) {
  return mode == 1 ? self.div(other, "trunc") : mode == 2 ? self.div(other, "floor") : self.div(other);
}
template <class Other> static void divide(at::Tensor& self, const Other& other, int32_t mode) {
  if (mode == 1) self.div_(other, "trunc");
  else if (mode == 2) self.div_(other, "floor");
  else self.div_(other);
}

ET et_div(Handle self, Handle other, int32_t mode, Handle* out) { return guard([&] { *out = give(quotient(*self, *other, mode)); }); }
ET et_div_(Handle self, Handle other, int32_t mode) { return guard([&] { divide(*self, *other, mode); }); }
ET et_div_scalar(Handle self, Number other, int32_t mode, Handle* out) { return guard([&] { *out = give(quotient(*self, scalar(other), mode)); }); }
ET et_div_scalar_(Handle self, Number other, int32_t mode) { return guard([&] { divide(*self, scalar(other), mode); }); }

#define PAIR(name) \
  ET et_##name(Handle self, Handle other, Handle* out) { return guard([&] { *out = give(at::name(*self, *other)); }); }

PAIR(maximum)
PAIR(minimum)
PAIR(logical_and)
PAIR(logical_or)
PAIR(logical_xor)
PAIR(bitwise_and)
PAIR(bitwise_or)
PAIR(bitwise_xor)
PAIR(atan2)
PAIR(xlogy)
PAIR(logaddexp)

ET et_isclose(Handle self, Handle other, double rtol, double atol, bool equal_nan, Handle* out) {
  return guard([&] { *out = give(self->isclose(*other, rtol, atol, equal_nan)); });
}
ET et_allclose(Handle self, Handle other, double rtol, double atol, bool equal_nan, bool* out) {
  return guard([&] { *out = self->allclose(*other, rtol, atol, equal_nan); });
}
ET et_same(Handle self, Handle other, bool* out) { return guard([&] { *out = self->equal(*other); }); }

ET et_clamp(Handle self, Number min, Number max, Handle* out) { return guard([&] { *out = give(self->clamp(maybe_scalar(min), maybe_scalar(max))); }); }
ET et_clamp_(Handle self, Number min, Number max) { return guard([&] { self->clamp_(maybe_scalar(min), maybe_scalar(max)); }); }
ET et_clamp_tensor(Handle self, Handle min, Handle max, Handle* out) {
  return guard([&] { *out = give(self->clamp(maybe_tensor(min), maybe_tensor(max))); });
}
ET et_clamp_tensor_(Handle self, Handle min, Handle max) { return guard([&] { self->clamp_(maybe_tensor(min), maybe_tensor(max)); }); }

// self + value · a · b, self + value · a / b
ET et_addcmul(Handle self, Handle a, Handle b, Number value, Handle* out) { return guard([&] { *out = give(self->addcmul(*a, *b, scalar(value))); }); }
ET et_addcmul_(Handle self, Handle a, Handle b, Number value) { return guard([&] { self->addcmul_(*a, *b, scalar(value)); }); }
ET et_addcdiv(Handle self, Handle a, Handle b, Number value, Handle* out) { return guard([&] { *out = give(self->addcdiv(*a, *b, scalar(value))); }); }
ET et_addcdiv_(Handle self, Handle a, Handle b, Number value) { return guard([&] { self->addcdiv_(*a, *b, scalar(value)); }); }
ET et_lerp(Handle self, Handle end, Handle weight, Handle* out) { return guard([&] { *out = give(self->lerp(*end, *weight)); }); }
ET et_lerp_(Handle self, Handle end, Handle weight) { return guard([&] { self->lerp_(*end, *weight); }); }

ET et_zero_(Handle self) { return guard([&] { self->zero_(); }); }
ET et_fill_(Handle self, Number value) { return guard([&] { self->fill_(scalar(value)); }); }
