// The functional forms a network is made of, and the gradient clip.
using namespace et;

ET et_linear(Handle input, Handle weight, Handle bias, Handle* out) {
  return guard([&] { *out = give(at::linear(*input, *weight, maybe_tensor(bias))); });
}

ET et_layer_norm(Handle input, Sizes shape, Handle weight, Handle bias, double eps, Handle* out) {
  return guard([&] { *out = give(at::layer_norm(*input, shape.ref(), maybe_tensor(weight), maybe_tensor(bias), eps)); });
}

ET et_cross_entropy(Handle input, Handle target, Handle weight, int64_t reduction, int64_t ignore_index, double smoothing, Handle* out) {
  return guard([&] { *out = give(at::cross_entropy_loss(*input, *target, maybe_tensor(weight), reduction, ignore_index, smoothing)); });
}

ET et_nll_loss(Handle input, Handle target, Handle weight, int64_t reduction, Handle* out) {
  return guard([&] { *out = give(at::nll_loss(*input, *target, maybe_tensor(weight), reduction)); });
}

ET et_mse_loss(Handle input, Handle target, int64_t reduction, Handle* out) { return guard([&] { *out = give(at::mse_loss(*input, *target, reduction)); }); }
ET et_l1_loss(Handle input, Handle target, int64_t reduction, Handle* out) { return guard([&] { *out = give(at::l1_loss(*input, *target, reduction)); }); }
ET et_one_hot(Handle self, int64_t classes, Handle* out) { return guard([&] { *out = give(at::one_hot(*self, classes)); }); }
ET et_dropout(Handle self, double p, bool training, Handle* out) { return guard([&] { *out = give(at::dropout(*self, p, training)); }); }
ET et_softplus(Handle self, double beta, double threshold, Handle* out) { return guard([&] { *out = give(at::softplus(*self, beta, threshold)); }); }

ET et_softmax(Handle self, int64_t dim, int32_t type, Handle* out) { return guard([&] { *out = give(at::softmax(*self, dim, maybe_type(type))); }); }
ET et_log_softmax(Handle self, int64_t dim, int32_t type, Handle* out) { return guard([&] { *out = give(at::log_softmax(*self, dim, maybe_type(type))); }); }

// q, k, v: [..., sequence, d]. softmax(q kᵀ / √d + mask) v. libtorch before 2.0 has no public function for it.
ET et_attention(Handle q, Handle k, Handle v, Handle mask, double p, bool causal, Handle* out) {
  return guard([&] {
#if TORCH_VERSION_MAJOR >= 2
    *out = give(at::scaled_dot_product_attention(*q, *k, *v, maybe_tensor(mask), p, causal));
#else
    auto scores = at::matmul(*q * (1.0 / std::sqrt(static_cast<double>(q->size(-1)))), k->transpose(-2, -1));
    const auto minus_infinity = -std::numeric_limits<double>::infinity();
    if (causal) {
      const auto seen = at::ones({q->size(-2), k->size(-2)}, q->options().dtype(at::kBool)).tril();
      scores = scores.masked_fill(seen.logical_not(), minus_infinity);
    }
    if (mask) scores = mask->scalar_type() == at::kBool ? scores.masked_fill(mask->logical_not(), minus_infinity) : scores + *mask;
    *out = give(at::matmul(at::dropout(at::softmax(scores, -1), p, p > 0), *v));
#endif
  });
}

// The norm of all gradients before the clip; gradients are scaled in place when it is greater than max_norm.
ET et_clip_grad_norm_(const Handle* parameters, int64_t count, double max_norm, double norm_type, double* out) {
  return guard([&] {
    at::NoGradGuard no_grad;
    std::vector<at::Tensor> norms;
    std::vector<at::Tensor> grads;
    for (int64_t i = 0; i < count; i++) {
      const auto grad = parameters[i]->grad();
      if (!grad.defined()) continue;
      grads.push_back(grad);
      norms.push_back(grad.norm(norm_type));
    }
    *out = norms.empty() ? 0.0 : at::stack(norms).norm(norm_type).item<double>();
    const auto factor = max_norm / (*out + 1e-6);
    if (factor < 1) for (auto& grad : grads) grad.mul_(factor);
  });
}
