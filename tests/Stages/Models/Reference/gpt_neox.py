"""GPT-NeoX (arXiv 2204.06745) with the parameter names of GPTNeoXForCausalLM."""
import math

from formulas import Record, activation, affine, attend, frequencies, turn, vector_norm


def run(config, w, tokens):
    record = Record()
    count = config["num_attention_heads"]
    size = config["hidden_size"] // count
    group = config.get("rope_parameters") or config.get("rope_scaling") or {}
    share = group.get("partial_rotary_factor", config.get("rotary_pct", 0.25))
    base = group.get("rope_theta", config.get("rotary_emb_base", 10000))
    radians = frequencies(int(size * share), base, group)
    epsilon = config["layer_norm_eps"]
    act = activation(config["hidden_act"])

    x = w["gpt_neox.embed_in.weight"][tokens]
    for layer in range(config["num_hidden_layers"]):
        p = f"gpt_neox.layers.{layer}."

        def norm(v, name):
            return vector_norm(v, w[p + name + ".weight"], w[p + name + ".bias"], epsilon)

        # The joint projection: for each head its query, its key, its value, one after the other.
        joint = affine(norm(x, "input_layernorm"), w[p + "attention.query_key_value.weight"], w.get(p + "attention.query_key_value.bias"))
        queries, keys, values = [], [], []
        for head in range(count):
            start = head * 3 * size
            queries.append(joint[:, start:start + size].clone())
            keys.append(joint[:, start + size:start + 2 * size].clone())
            values.append(joint[:, start + 2 * size:start + 3 * size])
        for t in range(len(tokens)):
            for head in range(count):
                queries[head][t] = turn(queries[head][t], t, radians)
                keys[head][t] = turn(keys[head][t], t, radians)
        mixed = attend(queries, keys, values, 1 / math.sqrt(size))
        attention = affine(mixed, w[p + "attention.dense.weight"], w.get(p + "attention.dense.bias"))

        source = x if config.get("use_parallel_residual", True) else x + attention
        inner = affine(norm(source, "post_attention_layernorm"), w[p + "mlp.dense_h_to_4h.weight"], w[p + "mlp.dense_h_to_4h.bias"])
        mlp = affine(act(inner), w[p + "mlp.dense_4h_to_h.weight"], w[p + "mlp.dense_4h_to_h.bias"])
        x = record.layer(layer, x, attention, mlp)

    head = w["gpt_neox.embed_in.weight"] if config.get("tie_word_embeddings", False) else w["embed_out.weight"]
    record.logits(affine(vector_norm(x, w["gpt_neox.final_layer_norm.weight"], w["gpt_neox.final_layer_norm.bias"], epsilon), head))
    return record.tensors
