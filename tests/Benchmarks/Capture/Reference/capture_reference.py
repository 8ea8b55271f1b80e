"""Reads activations of a GPT-NeoX checkpoint with PyTorch, as a hook in an evaluation loop does, and answers the benchmark's commands.

    capture_reference.py FOLDER model|products THREADS LAYER

    shape ROWS LENGTH   takes batches of that shape from now on
    run SECONDS         -> batches and seconds: batches until that much time is over
    sum                 -> mean magnitude of the activations of a batch, and that of its last token
    memory              -> greatest resident bytes of this process
Answers begin with "= ". "products" multiplies the same matrices and does nothing else: no layout, no attention, no norm.
"""
import json
import math
import struct
import sys
import time
from pathlib import Path

import numpy
import torch
from torch.nn import functional


def read_weights(path):
    raw = Path(path).read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])
    header.pop("__metadata__", None)
    weights = {}
    for name, entry in header.items():
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        weights[name] = torch.from_numpy(numpy.frombuffer(raw[begin:end], dtype="<f4").reshape(entry["shape"]).copy())
    return weights


class Model:
    def __init__(self, folder, layers):
        config = json.loads(Path(folder, "config.json").read_text())
        self.weights = read_weights(Path(folder, "model.safetensors"))
        self.layers = layers
        self.d = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.size = self.d // self.heads
        self.rotary = int(self.size * config["rotary_pct"])
        self.base = config["rotary_emb_base"]
        self.eps = config["layer_norm_eps"]
        self.vocabulary = config["vocab_size"]

    def shape(self, rows, length):
        self.rows, self.length = rows, length
        self.tokens = (torch.arange(rows * length) * 7919 % self.vocabulary).view(rows, length)
        angles = torch.outer(torch.arange(length).float(), self.base ** (-torch.arange(0, self.rotary, 2).float() / self.rotary))
        self.cos, self.sin = torch.cat([angles, angles], -1).cos(), torch.cat([angles, angles], -1).sin()
        self.mask = torch.full((length, length), -math.inf).triu(1)

    def turn(self, x):
        turned, rest = x[..., :self.rotary], x[..., self.rotary:]
        half = torch.cat([-turned[..., self.rotary // 2:], turned[..., :self.rotary // 2]], -1)
        return torch.cat([turned * self.cos + half * self.sin, rest], -1)

    def part(self, layer, name):
        prefix = f"gpt_neox.layers.{layer}.{name}."
        return self.weights[prefix + "weight"], self.weights[prefix + "bias"]

    def attention(self, layer, x):
        joined = functional.linear(x, *self.part(layer, "attention.query_key_value"))
        query, key, value = joined.view(self.rows, self.length, self.heads, 3 * self.size).transpose(1, 2).split(self.size, -1)
        scores = torch.matmul(self.turn(query), self.turn(key).transpose(-1, -2)) / math.sqrt(self.size) + self.mask
        mixed = torch.matmul(torch.softmax(scores, -1), value)
        return functional.linear(mixed.transpose(1, 2).reshape(self.rows, self.length, self.d), *self.part(layer, "attention.dense"))

    def mlp(self, layer, x):
        inner = functional.gelu(functional.linear(x, *self.part(layer, "mlp.dense_h_to_4h")))
        return functional.linear(inner, *self.part(layer, "mlp.dense_4h_to_h"))

    def run(self):
        x = functional.embedding(self.tokens, self.weights["gpt_neox.embed_in.weight"])
        for layer in range(self.layers):
            before_attention = functional.layer_norm(x, (self.d,), *self.part(layer, "input_layernorm"), self.eps)
            before_mlp = functional.layer_norm(x, (self.d,), *self.part(layer, "post_attention_layernorm"), self.eps)
            x = x + self.attention(layer, before_attention) + self.mlp(layer, before_mlp)
        return x


class Products(Model):
    def shape(self, rows, length):
        super().shape(rows, length)
        n = rows * length
        self.narrow, self.wide = torch.randn(n, self.d), torch.randn(n, 4 * self.d)
        self.out = {width: torch.empty(n, width) for width in (self.d, 3 * self.d, 4 * self.d)}

    def run(self):
        for layer in range(self.layers):
            for name, x in (("attention.query_key_value", self.narrow), ("attention.dense", self.narrow),
                            ("mlp.dense_h_to_4h", self.narrow), ("mlp.dense_4h_to_h", self.wide)):
                weight, bias = self.part(layer, name)
                torch.addmm(bias, x, weight.t(), out=self.out[weight.shape[0]])


def main():
    folder, kind, threads, layer = sys.argv[1:]
    torch.set_num_threads(int(threads))
    model = (Products if kind == "products" else Model)(folder, int(layer) + 1)
    with torch.inference_mode():
        for line in sys.stdin:
            command, *arguments = line.split()
            answer = ()
            if command == "shape":
                model.shape(*map(int, arguments))
            elif command == "run":
                count, start = 0, time.perf_counter()
                while count == 0 or time.perf_counter() - start < float(arguments[0]):
                    model.run()
                    count += 1
                answer = count, time.perf_counter() - start
            elif command == "sum":
                x = model.run()
                answer = x.abs().mean().item(), x[-1, -1].abs().mean().item()
            elif command == "memory":
                status = Path("/proc/self/status").read_text().splitlines()
                answer = (next(int(l.split()[1]) * 1024 for l in status if l.startswith("VmHWM:")),)
            print("=", *answer, flush=True)


main()
