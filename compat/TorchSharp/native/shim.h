// The words every part of the shim uses: handles, errors, arguments.
//
// A C function returns 0 and writes its result through its last parameters, or returns 1 and leaves the reason to et_last_error
// (per thread). No C++ exception and no C++ type crosses the boundary.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#define ET extern "C" __attribute__((visibility("default"))) int

namespace et {

// libtorch used its own optional before it used the standard one.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
template <class T> using Maybe = std::optional<T>;
#else
template <class T> using Maybe = c10::optional<T>;
#endif

using Handle = at::Tensor*;

inline thread_local std::string last_error;

// How many handles exist: what a caller has not given back yet.
inline std::atomic<int64_t> live{0};
inline std::atomic<int64_t> peak{0};

// A new handle for the caller, which owns it; null for an undefined tensor.
inline Handle give(at::Tensor tensor) {
  if (!tensor.defined()) return nullptr;
  auto handle = new at::Tensor(std::move(tensor));
  const auto now = ++live;
  for (auto seen = peak.load(); seen < now && !peak.compare_exchange_weak(seen, now);) {}
  return handle;
}

// OpenMP keeps its number of threads per thread: what one thread set would not reach a thread that .NET starts later.
inline std::atomic<int> wanted_threads{0};
// A thread that set its own number keeps it, as with libtorch itself.
inline thread_local bool own_thread_count = false;

inline void follow_thread_count() {
  static thread_local int followed = 0;
  if (own_thread_count) return;
  const auto wanted = wanted_threads.load(std::memory_order_relaxed);
  if (wanted == followed) return;
  followed = wanted;
  at::set_num_threads(wanted);
}

template <class Body> int guard(Body&& body) {
  try {
    follow_thread_count();
    body();
    return 0;
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "libtorch threw something that is not a std::exception";
  }
  return 1;
}

// A number of C#: kind 0 whole, 1 real, 2 bool (in whole), 3 absent.
struct Number {
  int64_t kind;
  int64_t whole;
  double real;
};

inline at::Scalar scalar(Number n) { return n.kind == 0 ? at::Scalar(n.whole) : n.kind == 1 ? at::Scalar(n.real) : at::Scalar(n.whole != 0); }
inline Maybe<at::Scalar> maybe_scalar(Number n) { return n.kind == 3 ? Maybe<at::Scalar>() : Maybe<at::Scalar>(scalar(n)); }

// -1 stands for "not given".
inline Maybe<at::ScalarType> maybe_type(int32_t type) { return type < 0 ? Maybe<at::ScalarType>() : Maybe<at::ScalarType>(static_cast<at::ScalarType>(type)); }

struct Sizes {
  const int64_t* values;
  int64_t count;
  at::IntArrayRef ref() const { return at::IntArrayRef(values, static_cast<size_t>(count)); }
};

// Where and as what a tensor is made; type and place -1 stand for "as the model tensor has it", or float32 on the CPU.
struct Place {
  int32_t type;
  int32_t device_type;
  int32_t device_index;

  at::Device device() const { return at::Device(static_cast<at::DeviceType>(device_type), static_cast<at::DeviceIndex>(device_index)); }

  at::TensorOptions options() const {
    at::TensorOptions o;
    if (type >= 0) o = o.dtype(static_cast<at::ScalarType>(type));
    if (device_type >= 0) o = o.device(device());
    return o;
  }
};

inline at::Tensor or_undefined(Handle handle) { return handle ? *handle : at::Tensor(); }
inline Maybe<at::Tensor> maybe_tensor(Handle handle) { return handle ? Maybe<at::Tensor>(*handle) : Maybe<at::Tensor>(); }

// A null handle inside a list is an undefined tensor (autograd: "no gradient given here").
inline std::vector<at::Tensor> tensors(const Handle* handles, int64_t count) {
  std::vector<at::Tensor> list;
  list.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; i++) list.push_back(or_undefined(handles[i]));
  return list;
}

// A list of results: the caller copies the handles and frees the array with et_free_list.
struct List {
  Handle* items;
  int64_t count;
};

inline List give_list(const std::vector<at::Tensor>& list) {
  auto items = new Handle[list.size() + 1];
  for (size_t i = 0; i < list.size(); i++) items[i] = give(list[i]);
  return List{items, static_cast<int64_t>(list.size())};
}

}  // namespace et
