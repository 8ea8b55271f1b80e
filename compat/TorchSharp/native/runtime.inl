// Threads, devices, and which libtorch this is.
#include <torch/cuda.h>

using namespace et;

extern "C" __attribute__((visibility("default"))) const char* et_version() { return TORCH_VERSION; }

ET et_set_num_threads(int32_t count) {
  return guard([&] {
    at::set_num_threads(count);  // refuses what is not positive
    own_thread_count = true;
    wanted_threads = count;
  });
}
ET et_get_num_threads(int32_t* out) { return guard([&] { *out = at::get_num_threads(); }); }
ET et_set_num_interop_threads(int32_t count) { return guard([&] { at::set_num_interop_threads(count); }); }
ET et_get_num_interop_threads(int32_t* out) { return guard([&] { *out = static_cast<int32_t>(at::get_num_interop_threads()); }); }

ET et_cuda_count(int32_t* out) { return guard([&] { *out = static_cast<int32_t>(torch::cuda::device_count()); }); }
ET et_cuda_synchronize(int64_t index) { return guard([&] { torch::cuda::synchronize(index); }); }
ET et_cuda_manual_seed_all(uint64_t seed) { return guard([&] { torch::cuda::manual_seed_all(seed); }); }
ET et_set_allow_tf32(bool on) { return guard([&] { at::globalContext().setAllowTF32CuBLAS(on); }); }
ET et_allow_tf32(bool* out) { return guard([&] { *out = at::globalContext().allowTF32CuBLAS(); }); }
