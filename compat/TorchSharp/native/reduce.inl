// Many elements to fewer: sums, extremes, moments, orders and running sums.
using namespace et;

#define WHOLE(name) \
  ET et_##name(Handle self, Handle* out) { return guard([&] { *out = give(self->name()); }); }

WHOLE(max)
WHOLE(min)
WHOLE(median)
WHOLE(all)
WHOLE(any)
WHOLE(argmax)
WHOLE(argmin)
WHOLE(trace)

#define WHOLE_TYPED(name) \
  ET et_##name(Handle self, int32_t type, Handle* out) { return guard([&] { *out = give(self->name(maybe_type(type))); }); }

WHOLE_TYPED(sum)
WHOLE_TYPED(mean)
WHOLE_TYPED(prod)

ET et_sum_dims(Handle self, Sizes dims, bool keepdim, int32_t type, Handle* out) {
  return guard([&] { *out = give(self->sum(dims.ref(), keepdim, maybe_type(type))); });
}
ET et_mean_dims(Handle self, Sizes dims, bool keepdim, int32_t type, Handle* out) {
  return guard([&] { *out = give(self->mean(dims.ref(), keepdim, maybe_type(type))); });
}
ET et_prod_dim(Handle self, int64_t dim, bool keepdim, int32_t type, Handle* out) {
  return guard([&] { *out = give(self->prod(dim, keepdim, maybe_type(type))); });
}

// unbiased: divide by n - 1.
#define MOMENT(name)                                                                                                              \
  ET et_##name(Handle self, bool unbiased, Handle* out) { return guard([&] { *out = give(self->name(unbiased)); }); }             \
  ET et_##name##_dims(Handle self, Sizes dims, bool unbiased, bool keepdim, Handle* out) {                                        \
    return guard([&] { *out = give(self->name(at::OptionalIntArrayRef(dims.ref()), unbiased, keepdim)); });                       \
  }

MOMENT(var)
MOMENT(std)

#define ALONG(name) \
  ET et_##name##_dim(Handle self, int64_t dim, bool keepdim, Handle* out) { return guard([&] { *out = give(self->name(dim, keepdim)); }); }

ALONG(all)
ALONG(any)
ALONG(argmax)
ALONG(argmin)
ALONG(logsumexp)

// The extreme along dim and where it is.
#define EXTREME(name)                                                                                  \
  ET et_##name##_dim(Handle self, int64_t dim, bool keepdim, Handle* values, Handle* indices) {        \
    return guard([&] {                                                                                 \
      auto both = self->name(dim, keepdim);                                                            \
      *values = give(std::get<0>(both));                                                               \
      *indices = give(std::get<1>(both));                                                              \
    });                                                                                                \
  }

EXTREME(max)
EXTREME(min)

ET et_amax(Handle self, Sizes dims, bool keepdim, Handle* out) { return guard([&] { *out = give(self->amax(dims.ref(), keepdim)); }); }
ET et_amin(Handle self, Sizes dims, bool keepdim, Handle* out) { return guard([&] { *out = give(self->amin(dims.ref(), keepdim)); }); }
ET et_cumsum(Handle self, int64_t dim, int32_t type, Handle* out) { return guard([&] { *out = give(self->cumsum(dim, maybe_type(type))); }); }
ET et_cumprod(Handle self, int64_t dim, int32_t type, Handle* out) { return guard([&] { *out = give(self->cumprod(dim, maybe_type(type))); }); }
ET et_count_nonzero(Handle self, Sizes dims, Handle* out) {
  return guard([&] { *out = give(dims.count < 0 ? self->count_nonzero() : self->count_nonzero(dims.ref())); });
}

ET et_topk(Handle self, int64_t k, int64_t dim, bool largest, bool sorted, Handle* values, Handle* indices) {
  return guard([&] {
    auto both = self->topk(k, dim, largest, sorted);
    *values = give(std::get<0>(both));
    *indices = give(std::get<1>(both));
  });
}
ET et_sort(Handle self, int64_t dim, bool descending, bool stable, Handle* values, Handle* indices) {
  return guard([&] {
    auto both = self->sort(Maybe<bool>(stable), dim, descending);
    *values = give(std::get<0>(both));
    *indices = give(std::get<1>(both));
  });
}
ET et_argsort(Handle self, int64_t dim, bool descending, Handle* out) { return guard([&] { *out = give(self->argsort(dim, descending)); }); }
ET et_quantile(Handle self, Handle q, int64_t dim, bool keepdim, Handle* out) {
  return guard([&] { *out = give(self->quantile(*q, Maybe<int64_t>(dim), keepdim)); });
}
ET et_bincount(Handle self, Handle weights, int64_t least, Handle* out) {
  return guard([&] { *out = give(self->bincount(maybe_tensor(weights), least)); });
}
ET et_searchsorted(Handle sorted, Handle values, bool as_int32, bool right, Handle* out) {
  return guard([&] { *out = give(at::searchsorted(*sorted, *values, as_int32, right)); });
}
