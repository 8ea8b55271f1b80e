// Products of matrices and vectors, and norms.
using namespace et;

#define PRODUCT(name) \
  ET et_##name(Handle a, Handle b, Handle* out) { return guard([&] { *out = give(at::name(*a, *b)); }); }

PRODUCT(mm)
PRODUCT(bmm)
PRODUCT(matmul)
PRODUCT(mv)
PRODUCT(dot)
PRODUCT(outer)

// beta · self + alpha · (a b)
#define ADD_PRODUCT(name)                                                                                       \
  ET et_##name(Handle self, Handle a, Handle b, double beta, double alpha, Handle* out) {                        \
    return guard([&] { *out = give(self->name(*a, *b, beta, alpha)); });                                         \
  }                                                                                                              \
  ET et_##name##_(Handle self, Handle a, Handle b, double beta, double alpha) {                                  \
    return guard([&] { self->name##_(*a, *b, beta, alpha); });                                                   \
  }

ADD_PRODUCT(addmm)
ADD_PRODUCT(addmv)
ADD_PRODUCT(baddbmm)
ADD_PRODUCT(addr)

ET et_einsum(const char* equation, const Handle* operands, int64_t count, Handle* out) {
  return guard([&] { *out = give(at::einsum(equation, tensors(operands, count))); });
}

ET et_norm(Handle self, Number p, Handle* out) { return guard([&] { *out = give(self->norm(scalar(p))); }); }
ET et_norm_dim(Handle self, Number p, int64_t dim, bool keepdim, Handle* out) {
  return guard([&] { *out = give(self->norm(Maybe<at::Scalar>(scalar(p)), {dim}, keepdim)); });
}
ET et_vector_norm(Handle self, double ord, Sizes dims, bool keepdim, Handle* out) {
  return guard([&] {
    *out = give(dims.count < 0 ? at::linalg_vector_norm(*self, ord, {}, keepdim) : at::linalg_vector_norm(*self, ord, dims.ref(), keepdim));
  });
}
