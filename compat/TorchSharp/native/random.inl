// Generators and what is drawn from them. A null generator is the device's default one.
#include <c10/core/GeneratorImpl.h>

using namespace et;

static Maybe<at::Generator> source(at::Generator* generator) { return generator ? Maybe<at::Generator>(*generator) : Maybe<at::Generator>(); }

// A clone of the default generator of the device is an independent one of the right kind.
ET et_generator(uint64_t seed, int32_t device_type, int32_t device_index, at::Generator** out) {
  return guard([&] {
    const at::Device device(static_cast<at::DeviceType>(device_type), static_cast<at::DeviceIndex>(device_index));
    auto generator = at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(seed);
    *out = new at::Generator(std::move(generator));
  });
}

ET et_generator_default(at::Generator** out) {
  return guard([&] { *out = new at::Generator(at::globalContext().defaultGenerator(at::Device(at::kCPU))); });
}
extern "C" __attribute__((visibility("default"))) void et_generator_free(at::Generator* self) { delete self; }
ET et_generator_seed(at::Generator* self, uint64_t seed) {
  return guard([&] {
    std::lock_guard<std::mutex> lock(self->mutex());
    self->set_current_seed(seed);
  });
}
ET et_generator_current_seed(at::Generator* self, uint64_t* out) { return guard([&] { *out = self->current_seed(); }); }
ET et_generator_state(at::Generator* self, Handle* out) {
  return guard([&] {
    std::lock_guard<std::mutex> lock(self->mutex());
    *out = give(self->get_state());
  });
}
ET et_generator_set_state(at::Generator* self, Handle state) {
  return guard([&] {
    std::lock_guard<std::mutex> lock(self->mutex());
    self->set_state(*state);
  });
}

ET et_manual_seed(uint64_t seed) { return guard([&] { at::manual_seed(seed); }); }

ET et_rand(Sizes sizes, at::Generator* generator, Place place, Handle* out) {
  return guard([&] { *out = give(at::rand(sizes.ref(), source(generator), place.options())); });
}
ET et_randn(Sizes sizes, at::Generator* generator, Place place, Handle* out) {
  return guard([&] { *out = give(at::randn(sizes.ref(), source(generator), place.options())); });
}
ET et_randint(int64_t low, int64_t high, Sizes sizes, at::Generator* generator, Place place, Handle* out) {
  return guard([&] { *out = give(at::randint(low, high, sizes.ref(), source(generator), place.options())); });
}
ET et_randperm(int64_t n, at::Generator* generator, Place place, Handle* out) {
  return guard([&] { *out = give(at::randperm(n, source(generator), place.options())); });
}
ET et_normal_(Handle self, double mean, double deviation, at::Generator* generator) { return guard([&] { self->normal_(mean, deviation, source(generator)); }); }
ET et_uniform_(Handle self, double from, double to, at::Generator* generator) { return guard([&] { self->uniform_(from, to, source(generator)); }); }
ET et_bernoulli_(Handle self, double p, at::Generator* generator) { return guard([&] { self->bernoulli_(p, source(generator)); }); }
ET et_multinomial(Handle self, int64_t samples, bool replacement, at::Generator* generator, Handle* out) {
  return guard([&] { *out = give(self->multinomial(samples, replacement, source(generator))); });
}
