"""The formulas that the families' papers share, one vector at a time, in float64.

Written to be compared with and not to be fast: attention is a loop over heads and positions, rotary positions are products
of complex numbers. Nothing here is taken from, or shared with, the program under test.
"""
import cmath
import math

import torch


def vector_norm_weightless(x, epsilon):
    """Layer normalisation (arXiv 1607.06450) of every row of x, without gain and bias."""
    rows = []
    for row in x:
        mean = row.sum() / row.numel()
        variance = ((row - mean) ** 2).sum() / row.numel()
        rows.append((row - mean) / math.sqrt(variance + epsilon))
    return torch.stack(rows)


def vector_norm(x, gain, bias, epsilon):
    """Layer normalisation with gain and bias."""
    return vector_norm_weightless(x, epsilon) * gain + bias


def root_mean_square_norm(x, gain, epsilon):
    """RMSNorm (arXiv 1910.07467) of every row of x."""
    return torch.stack([row / math.sqrt((row ** 2).sum() / row.numel() + epsilon) * gain for row in x])


def affine(x, matrix, bias=None):
    """Every row r of x to M·r + b, M given as [out, in]."""
    out = torch.stack([matrix @ row for row in x])
    return out if bias is None else out + bias


def frequencies(rotated, base, scaling=None):
    """Radians per token of each pair of the rotated dimensions, stretched as a rope_scaling group says."""
    plain = [base ** (-2.0 * pair / rotated) for pair in range(rotated // 2)]
    kind = (scaling or {}).get("rope_type", (scaling or {}).get("type", "default"))
    if kind == "default":
        return plain
    factor = scaling["factor"]
    if kind == "linear":
        return [f / factor for f in plain]
    assert kind == "llama3"
    longest_kept = scaling["original_max_position_embeddings"] / scaling["high_freq_factor"]
    shortest_divided = scaling["original_max_position_embeddings"] / scaling["low_freq_factor"]
    stretched = []
    for f in plain:
        wavelength = 2 * math.pi / f
        if wavelength < longest_kept:
            stretched.append(f)
        elif wavelength > shortest_divided:
            stretched.append(f / factor)
        else:
            # Linear in the number of waves that fit into the original context.
            waves = scaling["original_max_position_embeddings"] / wavelength
            share = (waves - scaling["low_freq_factor"]) / (scaling["high_freq_factor"] - scaling["low_freq_factor"])
            stretched.append(share * f + (1 - share) * f / factor)
    return stretched


def turn(vector, position, radians):
    """Rotary position (arXiv 2104.09864): the pair (i, i + r/2) as a complex number, times e^(i·position·radians)."""
    half = len(radians)
    out = vector.clone()
    for pair, step in enumerate(radians):
        z = complex(float(vector[pair]), float(vector[pair + half])) * cmath.exp(1j * position * step)
        out[pair] = z.real
        out[pair + half] = z.imag
    return out


def attend(queries, keys, values, scale, window=None):
    """Causal attention. Lists over heads of [T, h]; query heads share the key heads in order. Gives [T, heads·h]."""
    share = len(queries) // len(keys)
    length = queries[0].shape[0]
    mixed = []
    for head, query in enumerate(queries):
        key, value = keys[head // share], values[head // share]
        rows = []
        for t in range(length):
            first = 0 if window is None else max(0, t - window + 1)
            scores = [float(query[t] @ key[s]) * scale for s in range(first, t + 1)]
            greatest = max(scores)
            weights = [math.exp(score - greatest) for score in scores]
            rows.append(sum(w * value[first + i] for i, w in enumerate(weights)) / sum(weights))
        mixed.append(torch.stack(rows))
    return torch.cat(mixed, dim=1)


def heads_of(x, count):
    """[T, count·h] to a list of [T, h]."""
    width = x.shape[1] // count
    return [x[:, head * width:(head + 1) * width] for head in range(count)]


def activation(name):
    """An activation function by its name in config.json."""
    def gelu(x):
        return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))

    def gelu_by_tanh(x):
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))

    return {
        "gelu": gelu,
        "gelu_new": gelu_by_tanh,
        "gelu_fast": gelu_by_tanh,
        "gelu_pytorch_tanh": gelu_by_tanh,
        "relu": lambda x: torch.where(x > 0, x, torch.zeros_like(x)),
        "silu": lambda x: x / (1 + torch.exp(-x)),
    }[name]


class Record:
    """The five hook points of every layer, and the logits."""

    def __init__(self):
        self.tensors = {}

    def layer(self, index, pre, attention, mlp):
        """Notes a layer by what enters it and the two sums that leave it; gives what it hands on."""
        middle = pre + attention
        post = middle + mlp
        for name, value in (("resid_pre", pre), ("attn_out", attention), ("resid_mid", middle), ("mlp_out", mlp), ("resid_post", post)):
            self.tensors[f"layers.{index}.{name}"] = value
        return post

    def logits(self, value):
        self.tensors["logits"] = value
