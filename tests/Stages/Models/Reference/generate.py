"""Writes the fixtures: python3 generate.py FOLDER [VARIANT…]

For each variant a checkpoint with small random weights, tokens.json (two rows), and expected.safetensors: every hook point and
the logits of all tokens, computed in float64 and rounded to float32. The same bytes every time.
"""
import json
import math
import pathlib
import struct
import sys

import torch

import gpt2
import gpt_neox
import llama_like
from variants import VARIANTS

ROWS = (10, 4)
TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


class Numbers:
    """splitmix64, so that the weights depend on no library's generator."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def tensor(self, shape, centre, spread):
        values = [centre + spread * (self.next() / 2**63 - 1) for _ in range(math.prod(shape))]
        return torch.tensor(values, dtype=torch.float64).reshape(shape)


def shapes(config, more):
    """Names and shapes as the Hugging Face class saves them."""
    family = config["model_type"]
    if family == "gpt_neox":
        d, inner = config["hidden_size"], config["intermediate_size"]
        yield "gpt_neox.embed_in.weight", (config["vocab_size"], d)
        for layer in range(config["num_hidden_layers"]):
            p = f"gpt_neox.layers.{layer}."
            for norm in ("input_layernorm", "post_attention_layernorm"):
                yield p + norm + ".weight", (d,)
                yield p + norm + ".bias", (d,)
            yield p + "attention.query_key_value.weight", (3 * d, d)
            yield p + "attention.dense.weight", (d, d)
            if config.get("attention_bias", True):
                yield p + "attention.query_key_value.bias", (3 * d,)
                yield p + "attention.dense.bias", (d,)
            yield p + "mlp.dense_h_to_4h.weight", (inner, d)
            yield p + "mlp.dense_h_to_4h.bias", (inner,)
            yield p + "mlp.dense_4h_to_h.weight", (d, inner)
            yield p + "mlp.dense_4h_to_h.bias", (d,)
        yield "gpt_neox.final_layer_norm.weight", (d,)
        yield "gpt_neox.final_layer_norm.bias", (d,)
        if not config["tie_word_embeddings"]:
            yield "embed_out.weight", (config["vocab_size"], d)
    elif family == "gpt2":
        d = config["n_embd"]
        inner = config.get("n_inner", 4 * d)
        p = "" if more.get("bare") else "transformer."
        yield p + "wte.weight", (config["vocab_size"], d)
        yield p + "wpe.weight", (config["n_positions"], d)
        for layer in range(config["n_layer"]):
            for name, shape in (
                    ("ln_1.weight", (d,)), ("ln_1.bias", (d,)), ("attn.c_attn.weight", (d, 3 * d)), ("attn.c_attn.bias", (3 * d,)),
                    ("attn.c_proj.weight", (d, d)), ("attn.c_proj.bias", (d,)), ("ln_2.weight", (d,)), ("ln_2.bias", (d,)),
                    ("mlp.c_fc.weight", (d, inner)), ("mlp.c_fc.bias", (inner,)), ("mlp.c_proj.weight", (inner, d)), ("mlp.c_proj.bias", (d,))):
                yield f"{p}h.{layer}.{name}", shape
        yield p + "ln_f.weight", (d,)
        yield p + "ln_f.bias", (d,)
        if not config.get("tie_word_embeddings", True):
            yield "lm_head.weight", (config["vocab_size"], d)
    else:
        d, inner, count = config["hidden_size"], config["intermediate_size"], config["num_attention_heads"]
        size = config.get("head_dim", d // count)
        q, k = count * size, config.get("num_key_value_heads", count) * size
        biased = "qkv" if family == "qwen2" else "qkvo" if config.get("attention_bias") else ""
        yield "model.embed_tokens.weight", (config["vocab_size"], d)
        for layer in range(config["num_hidden_layers"]):
            p = f"model.layers.{layer}."
            for letter, shape in (("q", (q, d)), ("k", (k, d)), ("v", (k, d)), ("o", (d, q))):
                yield f"{p}self_attn.{letter}_proj.weight", shape
                if letter in biased:
                    yield f"{p}self_attn.{letter}_proj.bias", shape[:1]
            if family == "olmo2":
                yield p + "self_attn.q_norm.weight", (q,)
                yield p + "self_attn.k_norm.weight", (k,)
            if family == "qwen3":
                yield p + "self_attn.q_norm.weight", (size,)
                yield p + "self_attn.k_norm.weight", (size,)
            for letter, shape in (("gate", (inner, d)), ("up", (inner, d)), ("down", (d, inner))):
                yield f"{p}mlp.{letter}_proj.weight", shape
                if config.get("mlp_bias"):
                    yield f"{p}mlp.{letter}_proj.bias", shape[:1]
            for norm in {"olmo": (), "olmo2": ("post_attention_layernorm", "post_feedforward_layernorm")}.get(
                    family, ("input_layernorm", "post_attention_layernorm")):
                yield p + norm + ".weight", (d,)
        if family != "olmo":
            yield "model.norm.weight", (d,)
        if not config["tie_word_embeddings"]:
            yield "lm_head.weight", (config["vocab_size"], d)


def draw(numbers, name, shape):
    if len(shape) == 1:
        norm = name.endswith("weight")
        return numbers.tensor(shape, 1.0 if norm else 0.0, 0.4)
    if "embed" in name or "wte" in name or "wpe" in name:
        return numbers.tensor(shape, 0.0, 1.0)
    return numbers.tensor(shape, 0.0, 2.5 / math.sqrt(shape[1]))


def buffers(config, more):
    """What older versions stored beside the parameters."""
    if config["model_type"] == "gpt2":
        p = "" if more.get("bare") else "transformer."
        for layer in range(config["n_layer"]):
            yield f"{p}h.{layer}.attn.bias", torch.ones(1, 1, config["n_positions"], config["n_positions"]).tril().to(torch.uint8)
            yield f"{p}h.{layer}.attn.masked_bias", torch.tensor(-1e4)
    else:
        for layer in range(config["num_hidden_layers"]):
            yield f"model.layers.{layer}.self_attn.rotary_emb.inv_freq", torch.ones(2)


def encoded(tensor):
    """Element type of the format, and the bytes."""
    if tensor.dtype == torch.bfloat16:
        return "BF16", tensor.contiguous().view(torch.int16).numpy().tobytes()
    kinds = {torch.float32: "F32", torch.float16: "F16", torch.uint8: "U8"}
    return kinds[tensor.dtype], tensor.contiguous().numpy().tobytes()


def write_safetensors(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        kind, raw = encoded(tensor)
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_weights(folder, tensors, shards):
    if shards == 1:
        write_safetensors(folder / "model.safetensors", tensors, {"format": "pt"})
        return
    names = list(tensors)
    place = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        mine = names[len(names) * shard // shards:len(names) * (shard + 1) // shards]
        place.update({name: file for name in mine})
        write_safetensors(folder / file, {name: tensors[name] for name in mine}, {"format": "pt"})
    total = sum(len(encoded(tensor)[1]) for tensor in tensors.values())
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": place})


def write_json(path, value):
    path.write_bytes((json.dumps(value, indent=1) + "\n").encode())


def loss(logits, tokens):
    """Nats of every token after the first, together."""
    return sum(float(torch.logsumexp(logits[t], 0) - logits[t][token]) for t, token in enumerate(tokens[1:]))


def write(folder, seed, config, stored, more):
    folder.mkdir(parents=True, exist_ok=True)
    numbers = Numbers(seed)
    weights = {name: draw(numbers, name, shape).to(TYPES[stored]) for name, shape in shapes(config, more)}
    exact = {name: value.double() for name, value in weights.items()}
    family = {"gpt_neox": gpt_neox, "gpt2": gpt2}.get(config["model_type"], llama_like)
    rows = [[numbers.next() % config["vocab_size"] for _ in range(length)] for length in ROWS]
    results = [family.run(config, exact, row) for row in rows]
    nats = sum(loss(result["logits"], row) for result, row in zip(results, rows)) / sum(length - 1 for length in ROWS)

    if more.get("stored_head"):
        weights["lm_head.weight"] = weights["transformer.wte.weight"]
    if more.get("buffers"):
        weights.update(buffers(config, more))
    write_json(folder / "config.json", {**config, "torch_dtype": str(TYPES[stored]).removeprefix("torch.")})
    write_weights(folder, weights, more.get("shards", 1))
    write_json(folder / "tokens.json", rows)
    write_safetensors(
        folder / "expected.safetensors", {name: torch.cat([r[name] for r in results]).float() for name in results[0]}, {"loss": repr(round(nats, 9))})


def main():
    torch.set_num_threads(1)
    out, wanted = pathlib.Path(sys.argv[1]), sys.argv[2:]
    for seed, (name, (config, stored, more)) in enumerate(VARIANTS.items(), 1):
        if not wanted or name in wanted:
            write(out / name, seed, config, stored, more)


main()
