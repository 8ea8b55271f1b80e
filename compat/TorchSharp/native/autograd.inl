// Gradients: asking for them, computing them, and the modes in which none are recorded.
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

using namespace et;

ET et_set_requires_grad(Handle self, bool on) { return guard([&] { self->requires_grad_(on); }); }
ET et_retain_grad(Handle self) { return guard([&] { self->retain_grad(); }); }
ET et_grad(Handle self, Handle* out) { return guard([&] { *out = give(self->grad()); }); }
ET et_set_grad(Handle self, Handle grad) { return guard([&] { self->mutable_grad() = or_undefined(grad); }); }
ET et_detach(Handle self, Handle* out) { return guard([&] { *out = give(self->detach()); }); }
ET et_detach_(Handle self) { return guard([&] { self->detach_(); }); }

ET et_backward(const Handle* roots, int64_t root_count, const Handle* grads, int64_t grad_count, const Handle* inputs, int64_t input_count,
               int32_t retain_graph, bool create_graph) {
  return guard([&] {
    const Maybe<bool> retain = retain_graph < 0 ? Maybe<bool>() : Maybe<bool>(retain_graph != 0);
    torch::autograd::backward(tensors(roots, root_count), tensors(grads, grad_count), retain, create_graph, tensors(inputs, input_count));
  });
}

ET et_autograd_grad(const Handle* outputs, int64_t output_count, const Handle* inputs, int64_t input_count, const Handle* grads, int64_t grad_count,
                    bool retain_graph, bool create_graph, bool allow_unused, List* out) {
  return guard([&] {
    *out = give_list(torch::autograd::grad(tensors(outputs, output_count), tensors(inputs, input_count), tensors(grads, grad_count),
                                           retain_graph, create_graph, allow_unused));
  });
}

ET et_grad_enabled(bool* out) { return guard([&] { *out = at::GradMode::is_enabled(); }); }
ET et_set_grad_enabled(bool on) { return guard([&] { at::GradMode::set_enabled(on); }); }

// The guard belongs to the thread that made it and must be left there, innermost first.
ET et_inference_enter(bool on, void** out) { return guard([&] { *out = new c10::InferenceMode(on); }); }
ET et_inference_leave(void* mode) { return guard([&] { delete static_cast<c10::InferenceMode*>(mode); }); }
ET et_inference_enabled(bool* out) { return guard([&] { *out = c10::InferenceMode::is_enabled(); }); }
