// What a tensor is, where its memory lies, copies and conversions, and the end of handles.
using namespace et;

extern "C" __attribute__((visibility("default"))) const char* et_last_error() { return last_error.c_str(); }
extern "C" __attribute__((visibility("default"))) int64_t et_live() { return live.load(); }
extern "C" __attribute__((visibility("default"))) int64_t et_peak() { return peak.load(); }

extern "C" __attribute__((visibility("default"))) void et_free(Handle self) {
  if (!self) return;
  --live;
  delete self;
}

extern "C" __attribute__((visibility("default"))) void et_free_list(Handle* items) { delete[] items; }

// Everything a caller asks about a tensor at every step, in one call.
struct Facts {
  int64_t dimensions;
  int64_t elements;
  int32_t type;
  int32_t device_type;
  int32_t device_index;
  int32_t element_size;
  bool contiguous;
  bool requires_grad;
  bool leaf;
};

ET et_facts(Handle self, Facts* out) {
  return guard([&] {
    const auto device = self->device();
    *out = Facts{self->dim(), self->numel(), static_cast<int32_t>(self->scalar_type()), static_cast<int32_t>(device.type()),
                 static_cast<int32_t>(device.index()), static_cast<int32_t>(self->element_size()), self->is_contiguous(),
                 self->requires_grad(), self->is_leaf()};
  });
}

ET et_shape(Handle self, int64_t* out, int64_t count) {
  return guard([&] { for (int64_t i = 0; i < count; i++) out[i] = self->size(i); });
}

ET et_strides(Handle self, int64_t* out, int64_t count) {
  return guard([&] { for (int64_t i = 0; i < count; i++) out[i] = self->stride(i); });
}

ET et_storage_offset(Handle self, int64_t* out) { return guard([&] { *out = self->storage_offset(); }); }
ET et_data(Handle self, void** out) { return guard([&] { *out = self->data_ptr(); }); }

ET et_item(Handle self, Number* out) {
  return guard([&] {
    const at::Scalar value = self->item();
    if (value.isBoolean()) *out = Number{2, value.toBool() ? 1 : 0, 0};
    else if (value.isIntegral(false)) *out = Number{0, value.toLong(), 0};
    else *out = Number{1, 0, value.toDouble()};
  });
}

ET et_to(Handle self, Place place, bool copy, bool non_blocking, Handle* out) {
  return guard([&] {
    if (place.type >= 0 && place.device_type >= 0) *out = give(self->to(place.device(), static_cast<at::ScalarType>(place.type), non_blocking, copy));
    else if (place.type >= 0) *out = give(self->to(static_cast<at::ScalarType>(place.type), non_blocking, copy));
    else *out = give(self->to(place.options(), non_blocking, copy));
  });
}

ET et_copy_(Handle self, Handle source, bool non_blocking) { return guard([&] { self->copy_(*source, non_blocking); }); }
ET et_clone(Handle self, Handle* out) { return guard([&] { *out = give(self->clone()); }); }
ET et_alias(Handle self, Handle* out) { return guard([&] { *out = give(self->alias()); }); }
ET et_contiguous(Handle self, Handle* out) { return guard([&] { *out = give(self->contiguous()); }); }
ET et_pin_memory(Handle self, Handle* out) { return guard([&] { *out = give(self->pin_memory()); }); }
ET et_is_pinned(Handle self, bool* out) { return guard([&] { *out = self->is_pinned(); }); }
