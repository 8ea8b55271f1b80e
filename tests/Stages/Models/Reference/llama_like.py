"""Llama (arXiv 2302.13971) and its relatives, each by its own paper, with the parameter names of their Hugging Face classes.

- llama: RMSNorm before attention and MLP, SwiGLU, rotary positions; grouped queries since Llama 2 (arXiv 2307.09288).
- olmo (arXiv 2402.00838): layer norms without gain and bias; queries, keys and values clipped where clip_qkv says so.
- olmo2 (arXiv 2501.00656): RMSNorm after attention and MLP, none before; queries and keys normalised over all heads together.
- qwen2 (arXiv 2407.10671): biases on queries, keys and values; a window in the layers from max_window_layers on when it is switched on.
- qwen3 (arXiv 2505.09388): queries and keys normalised head by head.
- mistral (arXiv 2310.06825): a window in every layer.
"""
import math

from formulas import (
    Record, activation, affine, attend, frequencies, heads_of, root_mean_square_norm, turn, vector_norm_weightless)


def window_of(config, layer):
    family = config["model_type"]
    if family == "mistral":
        return config.get("sliding_window", 4096)
    if family in ("qwen2", "qwen3") and config.get("use_sliding_window", False):
        if "layer_types" in config:
            return config["sliding_window"] if config["layer_types"][layer] == "sliding_attention" else None
        return config["sliding_window"] if layer >= config["max_window_layers"] else None
    return None


def run(config, w, tokens):
    record = Record()
    family = config["model_type"]
    count = config["num_attention_heads"]
    shared = config.get("num_key_value_heads", count)
    size = config.get("head_dim", config["hidden_size"] // count)
    group = config.get("rope_parameters") or config.get("rope_scaling") or {}
    radians = frequencies(size, group.get("rope_theta", config.get("rope_theta", 10000)), group)
    epsilon = config.get("rms_norm_eps")
    act = activation(config["hidden_act"])

    x = w["model.embed_tokens.weight"][tokens]
    for layer in range(config["num_hidden_layers"]):
        p = f"model.layers.{layer}."

        def norm(v, name):
            return vector_norm_weightless(v, 1e-5) if family == "olmo" else root_mean_square_norm(v, w[p + name + ".weight"], epsilon)

        def project(v, name):
            return affine(v, w[p + name + ".weight"], w.get(p + name + ".bias"))

        source = x if family == "olmo2" else norm(x, "input_layernorm")
        query = project(source, "self_attn.q_proj")
        key = project(source, "self_attn.k_proj")
        value = project(source, "self_attn.v_proj")
        if config.get("clip_qkv") is not None:
            limit = config["clip_qkv"]
            query, key, value = (v.clamp(min=-limit, max=limit) for v in (query, key, value))
        if family == "olmo2":
            query = norm(query, "self_attn.q_norm")
            key = norm(key, "self_attn.k_norm")
        queries, keys, values = heads_of(query, count), heads_of(key, shared), heads_of(value, shared)
        if family == "qwen3":
            queries = [norm(head, "self_attn.q_norm") for head in queries]
            keys = [norm(head, "self_attn.k_norm") for head in keys]
        for heads in (queries, keys):
            for index, head in enumerate(heads):
                turned = head.clone()
                for t in range(len(tokens)):
                    turned[t] = turn(head[t], t, radians)
                heads[index] = turned
        attention = project(attend(queries, keys, values, 1 / math.sqrt(size), window_of(config, layer)), "self_attn.o_proj")
        if family == "olmo2":
            attention = norm(attention, "post_attention_layernorm")

        middle = x + attention
        source = middle if family == "olmo2" else norm(middle, "post_attention_layernorm")
        mlp = project(act(project(source, "mlp.gate_proj")) * project(source, "mlp.up_proj"), "mlp.down_proj")
        if family == "olmo2":
            mlp = norm(mlp, "post_feedforward_layernorm")
        x = record.layer(layer, x, attention, mlp)

    last = vector_norm_weightless(x, 1e-5) if family == "olmo" else root_mean_square_norm(x, w["model.norm.weight"], epsilon)
    head = w["model.embed_tokens.weight"] if config.get("tie_word_embeddings", False) else w["lm_head.weight"]
    record.logits(affine(last, head))
    return record.tensors
