// Reading and writing parts of tensors chosen by numbers, slices, masks and index tensors.
#include <ATen/TensorIndexing.h>

using namespace et;

// One entry between the brackets: kind 0 none (a new dimension), 1 ellipsis, 2 number, 3 bool, 4 slice, 5 tensor.
struct Place1 {
  int64_t kind;
  int64_t start;
  int64_t stop;
  int64_t step;
  int64_t given;  // bit 0 start, bit 1 stop, bit 2 step
  Handle tensor;
};

static std::vector<at::indexing::TensorIndex> entries(const Place1* places, int64_t count) {
  using namespace at::indexing;
  std::vector<TensorIndex> list;
  for (int64_t i = 0; i < count; i++) {
    const auto& p = places[i];
    const auto part = [&](int bit, int64_t value) { return (p.given >> bit) & 1 ? Maybe<int64_t>(value) : Maybe<int64_t>(); };
    switch (p.kind) {
      case 0: list.emplace_back(None); break;
      case 1: list.emplace_back(Ellipsis); break;
      case 2: list.emplace_back(p.start); break;
      case 3: list.emplace_back(p.start != 0); break;
      case 4: list.emplace_back(Slice(part(0, p.start), part(1, p.stop), part(2, p.step))); break;
      default: list.emplace_back(*p.tensor); break;
    }
  }
  return list;
}

ET et_index(Handle self, const Place1* places, int64_t count, Handle* out) { return guard([&] { *out = give(self->index(entries(places, count))); }); }
ET et_index_put(Handle self, const Place1* places, int64_t count, Handle value) { return guard([&] { self->index_put_(entries(places, count), *value); }); }
ET et_index_put_scalar(Handle self, const Place1* places, int64_t count, Number value) {
  return guard([&] { self->index_put_(entries(places, count), scalar(value)); });
}

ET et_index_put_tensors(Handle self, const Handle* indices, int64_t count, Handle value, bool accumulate) {
  return guard([&] {
    c10::List<Maybe<at::Tensor>> list;
    for (const auto& index : tensors(indices, count)) list.push_back(index);
    self->index_put_(list, *value, accumulate);
  });
}

ET et_index_select(Handle self, int64_t dim, Handle index, Handle* out) { return guard([&] { *out = give(self->index_select(dim, *index)); }); }
ET et_index_add(Handle self, int64_t dim, Handle index, Handle source, Number alpha, Handle* out) {
  return guard([&] { *out = give(self->index_add(dim, *index, *source, scalar(alpha))); });
}
ET et_index_add_(Handle self, int64_t dim, Handle index, Handle source, Number alpha) {
  return guard([&] { self->index_add_(dim, *index, *source, scalar(alpha)); });
}
ET et_index_copy(Handle self, int64_t dim, Handle index, Handle source, Handle* out) {
  return guard([&] { *out = give(self->index_copy(dim, *index, *source)); });
}
ET et_index_copy_(Handle self, int64_t dim, Handle index, Handle source) { return guard([&] { self->index_copy_(dim, *index, *source); }); }
ET et_index_fill(Handle self, int64_t dim, Handle index, Number value, Handle* out) {
  return guard([&] { *out = give(self->index_fill(dim, *index, scalar(value))); });
}
ET et_index_fill_(Handle self, int64_t dim, Handle index, Number value) { return guard([&] { self->index_fill_(dim, *index, scalar(value)); }); }

ET et_gather(Handle self, int64_t dim, Handle index, Handle* out) { return guard([&] { *out = give(self->gather(dim, *index)); }); }
ET et_scatter(Handle self, int64_t dim, Handle index, Handle source, Handle* out) {
  return guard([&] { *out = give(self->scatter(dim, *index, *source)); });
}
ET et_scatter_(Handle self, int64_t dim, Handle index, Handle source) { return guard([&] { self->scatter_(dim, *index, *source); }); }
ET et_scatter_add(Handle self, int64_t dim, Handle index, Handle source, Handle* out) {
  return guard([&] { *out = give(self->scatter_add(dim, *index, *source)); });
}
ET et_scatter_add_(Handle self, int64_t dim, Handle index, Handle source) { return guard([&] { self->scatter_add_(dim, *index, *source); }); }

ET et_masked_fill(Handle self, Handle mask, Number value, Handle* out) { return guard([&] { *out = give(self->masked_fill(*mask, scalar(value))); }); }
ET et_masked_fill_(Handle self, Handle mask, Number value) { return guard([&] { self->masked_fill_(*mask, scalar(value)); }); }
ET et_masked_select(Handle self, Handle mask, Handle* out) { return guard([&] { *out = give(self->masked_select(*mask)); }); }
ET et_where(Handle condition, Handle x, Handle y, Handle* out) { return guard([&] { *out = give(at::where(*condition, *x, *y)); }); }
ET et_where_list(Handle condition, List* out) { return guard([&] { *out = give_list(at::where(*condition)); }); }
ET et_nonzero(Handle self, Handle* out) { return guard([&] { *out = give(self->nonzero()); }); }
ET et_take(Handle self, Handle index, Handle* out) { return guard([&] { *out = give(self->take(*index)); }); }
