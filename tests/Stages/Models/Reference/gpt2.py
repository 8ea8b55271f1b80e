"""GPT-2 (Radford et al. 2019, section 2.3) with the parameter names of GPT2LMHeadModel, whose matrices are [in, out]."""
import math

from formulas import Record, activation, affine, attend, heads_of, vector_norm


def run(config, w, tokens):
    record = Record()
    w = {name[len("transformer."):] if name.startswith("transformer.") else name: value for name, value in w.items()}
    count = config["n_head"]
    epsilon = config["layer_norm_epsilon"]
    act = activation(config.get("activation_function", "gelu_new"))
    width = config["n_embd"]

    x = w["wte.weight"][tokens] + w["wpe.weight"][: len(tokens)]
    for layer in range(config["n_layer"]):
        p = f"h.{layer}."

        def conv(v, name):
            return affine(v, w[p + name + ".weight"].T.contiguous(), w[p + name + ".bias"])

        joint = conv(vector_norm(x, w[p + "ln_1.weight"], w[p + "ln_1.bias"], epsilon), "attn.c_attn")
        scale = 1 / math.sqrt(width // count)
        if config.get("scale_attn_by_inverse_layer_idx", False):
            scale /= layer + 1
        mixed = attend(
            heads_of(joint[:, :width], count), heads_of(joint[:, width:2 * width], count), heads_of(joint[:, 2 * width:], count), scale)
        attention = conv(mixed, "attn.c_proj")
        middle = x + attention
        mlp = conv(act(conv(vector_norm(middle, w[p + "ln_2.weight"], w[p + "ln_2.bias"], epsilon), "mlp.c_fc")), "mlp.c_proj")
        x = record.layer(layer, x, attention, mlp)

    head = w["wte.weight"] if config.get("tie_word_embeddings", True) else w["lm_head.weight"]
    record.logits(affine(vector_norm(x, w["ln_f.weight"], w["ln_f.bias"], epsilon), head))
    return record.tensors
