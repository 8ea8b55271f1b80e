// New tensors. et_from_copy takes the caller's memory as it is during the call; et_from_shared keeps using it until release is called.
using namespace et;

ET et_empty(Sizes sizes, Place place, Handle* out) { return guard([&] { *out = give(at::empty(sizes.ref(), place.options())); }); }
ET et_zeros(Sizes sizes, Place place, Handle* out) { return guard([&] { *out = give(at::zeros(sizes.ref(), place.options())); }); }
ET et_ones(Sizes sizes, Place place, Handle* out) { return guard([&] { *out = give(at::ones(sizes.ref(), place.options())); }); }
ET et_full(Sizes sizes, Number value, Place place, Handle* out) { return guard([&] { *out = give(at::full(sizes.ref(), scalar(value), place.options())); }); }

ET et_empty_strided(Sizes sizes, Sizes strides, Place place, Handle* out) {
  return guard([&] { *out = give(at::empty_strided(sizes.ref(), strides.ref(), place.options())); });
}

ET et_arange(Number start, Number stop, Number step, Place place, Handle* out) {
  return guard([&] { *out = give(at::arange(scalar(start), scalar(stop), scalar(step), place.options())); });
}

ET et_linspace(double start, double stop, int64_t steps, Place place, Handle* out) {
  return guard([&] { *out = give(at::linspace(start, stop, steps, place.options())); });
}

ET et_eye(int64_t rows, int64_t columns, Place place, Handle* out) { return guard([&] { *out = give(at::eye(rows, columns, place.options())); }); }

ET et_empty_like(Handle model, Place place, Handle* out) { return guard([&] { *out = give(at::empty_like(*model, place.options())); }); }
ET et_zeros_like(Handle model, Place place, Handle* out) { return guard([&] { *out = give(at::zeros_like(*model, place.options())); }); }
ET et_ones_like(Handle model, Place place, Handle* out) { return guard([&] { *out = give(at::ones_like(*model, place.options())); }); }
ET et_rand_like(Handle model, Place place, Handle* out) { return guard([&] { *out = give(at::rand_like(*model, place.options())); }); }
ET et_randn_like(Handle model, Place place, Handle* out) { return guard([&] { *out = give(at::randn_like(*model, place.options())); }); }
ET et_full_like(Handle model, Number value, Place place, Handle* out) {
  return guard([&] { *out = give(at::full_like(*model, scalar(value), place.options())); });
}

ET et_from_copy(const void* memory, int32_t source_type, Sizes sizes, Place place, Handle* out) {
  return guard([&] {
    const auto view = at::from_blob(const_cast<void*>(memory), sizes.ref(), at::TensorOptions().dtype(static_cast<at::ScalarType>(source_type)));
    *out = give(view.to(place.options(), /*non_blocking=*/false, /*copy=*/true));
  });
}

ET et_from_shared(void* memory, int32_t type, int64_t count, void* owner, void (*release)(void*), Handle* out) {
  return guard([&] {
    *out = give(at::from_blob(memory, {count}, [owner, release](void*) { release(owner); }, at::TensorOptions().dtype(static_cast<at::ScalarType>(type))));
  });
}
