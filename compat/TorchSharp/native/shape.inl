// The same elements in another shape or order, parts of a tensor, and tensors put together.
using namespace et;

#define RESHAPED(name) \
  ET et_##name(Handle self, Sizes sizes, Handle* out) { return guard([&] { *out = give(self->name(sizes.ref())); }); }

RESHAPED(view)
RESHAPED(reshape)
RESHAPED(permute)
RESHAPED(repeat)
RESHAPED(tile)
RESHAPED(flip)

ET et_expand(Handle self, Sizes sizes, bool implicit, Handle* out) { return guard([&] { *out = give(self->expand(sizes.ref(), implicit)); }); }
ET et_as_strided(Handle self, Sizes sizes, Sizes strides, int64_t offset, Handle* out) {
  return guard([&] { *out = give(self->as_strided(sizes.ref(), strides.ref(), offset)); });
}
ET et_roll(Handle self, Sizes shifts, Sizes dims, Handle* out) { return guard([&] { *out = give(self->roll(shifts.ref(), dims.ref())); }); }
ET et_transpose(Handle self, int64_t a, int64_t b, Handle* out) { return guard([&] { *out = give(self->transpose(a, b)); }); }
ET et_t(Handle self, Handle* out) { return guard([&] { *out = give(self->t()); }); }
ET et_numpy_t(Handle self, Handle* out) { return guard([&] { *out = give(self->numpy_T()); }); }
ET et_unsqueeze(Handle self, int64_t dim, Handle* out) { return guard([&] { *out = give(self->unsqueeze(dim)); }); }
ET et_unsqueeze_(Handle self, int64_t dim) { return guard([&] { self->unsqueeze_(dim); }); }
ET et_squeeze(Handle self, Handle* out) { return guard([&] { *out = give(self->squeeze()); }); }
ET et_squeeze_dim(Handle self, int64_t dim, Handle* out) { return guard([&] { *out = give(self->squeeze(dim)); }); }
ET et_flatten(Handle self, int64_t first, int64_t last, Handle* out) { return guard([&] { *out = give(self->flatten(first, last)); }); }
ET et_movedim(Handle self, Sizes from, Sizes to, Handle* out) { return guard([&] { *out = give(self->movedim(from.ref(), to.ref())); }); }

ET et_narrow(Handle self, int64_t dim, int64_t start, int64_t length, Handle* out) { return guard([&] { *out = give(self->narrow(dim, start, length)); }); }
ET et_slice(Handle self, int64_t dim, int64_t start, int64_t stop, int64_t step, Handle* out) {
  return guard([&] { *out = give(self->slice(dim, start, stop, step)); });
}
ET et_select(Handle self, int64_t dim, int64_t index, Handle* out) { return guard([&] { *out = give(self->select(dim, index)); }); }
ET et_diagonal(Handle self, int64_t offset, int64_t dim1, int64_t dim2, Handle* out) {
  return guard([&] { *out = give(self->diagonal(offset, dim1, dim2)); });
}
ET et_diag(Handle self, int64_t diagonal, Handle* out) { return guard([&] { *out = give(self->diag(diagonal)); }); }
ET et_tril(Handle self, int64_t diagonal, Handle* out) { return guard([&] { *out = give(self->tril(diagonal)); }); }
ET et_triu(Handle self, int64_t diagonal, Handle* out) { return guard([&] { *out = give(self->triu(diagonal)); }); }

ET et_split(Handle self, int64_t size, int64_t dim, List* out) { return guard([&] { *out = give_list(self->split(size, dim)); }); }
ET et_split_sizes(Handle self, Sizes sizes, int64_t dim, List* out) { return guard([&] { *out = give_list(self->split_with_sizes(sizes.ref(), dim)); }); }
ET et_chunk(Handle self, int64_t chunks, int64_t dim, List* out) { return guard([&] { *out = give_list(self->chunk(chunks, dim)); }); }
ET et_unbind(Handle self, int64_t dim, List* out) { return guard([&] { *out = give_list(self->unbind(dim)); }); }

ET et_cat(const Handle* parts, int64_t count, int64_t dim, Handle* out) { return guard([&] { *out = give(at::cat(tensors(parts, count), dim)); }); }
ET et_stack(const Handle* parts, int64_t count, int64_t dim, Handle* out) { return guard([&] { *out = give(at::stack(tensors(parts, count), dim)); }); }
ET et_repeat_interleave(Handle self, int64_t repeats, int64_t dim, bool whole, Handle* out) {
  return guard([&] { *out = give(self->repeat_interleave(repeats, whole ? Maybe<int64_t>() : Maybe<int64_t>(dim))); });
}
