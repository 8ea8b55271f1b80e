"""Trains a tiny language model in plain PyTorch and saves it as it goes, for ``./emergence watch`` to follow::

    python3 train_tiny.py text.txt checkpoints --steps 2000 --keep 20
    ./emergence watch checkpoints --probe probe.jsonl --text train.jsonl --threads 1

The models are written out below with the parameter names and the layouts of Hugging Face's, so that their state dicts are
checkpoints of these families as they are: GPT-NeoX (Pythia), GPT-2 and Llama. The text is split at white space; the
tokenizer is a table of its most frequent words. The same seed and number of threads give the same weights.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import torch
from torch import Tensor, nn
from torch.nn import functional

from emergence_checkpoints import SaveOnGrid

UNKNOWN = "[UNK]"


def rotary(x: Tensor, size: int) -> Tensor:
    """Rotates the first ``size`` dimensions of each head by position (arXiv 2104.09864, halves): ``[B, H, T, h]``."""
    frequencies = 10000.0 ** (-torch.arange(0, size, 2, dtype=torch.float32) / size)  # [size/2]
    angles = torch.arange(x.shape[2], dtype=torch.float32)[:, None] * frequencies  # [T, size/2]
    cos, sin = angles.cos(), angles.sin()
    a, b, rest = x[..., : size // 2], x[..., size // 2 : size], x[..., size:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin, rest], dim=-1)


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Causal attention; heads ``[B, H, T, h]`` in, ``[B, T, H·h]`` out."""
    length = query.shape[2]
    scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[3])  # [B, H, T, T]
    scores = scores.masked_fill(torch.ones(length, length).triu(1).bool(), float("-inf"))
    return (scores.softmax(-1) @ value).transpose(1, 2).flatten(2)


def heads(x: Tensor, count: int) -> Tensor:
    """``[B, T, count·h]`` to ``[B, count, T, h]``."""
    return x.unflatten(2, (count, -1)).transpose(1, 2)


class NeoXAttention(nn.Module):
    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__()
        width = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.rotary = int(width // self.heads * config["rotary_pct"])
        self.query_key_value = nn.Linear(width, 3 * width)
        self.dense = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        # Each head's rows of the projection are its q, k, v.
        query, key, value = heads(self.query_key_value(x), self.heads).chunk(3, dim=-1)
        return self.dense(attend(rotary(query, self.rotary), rotary(key, self.rotary), value))


class NeoXMlp(nn.Module):
    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__()
        self.dense_h_to_4h = nn.Linear(config["hidden_size"], config["intermediate_size"])
        self.dense_4h_to_h = nn.Linear(config["intermediate_size"], config["hidden_size"])

    def forward(self, x: Tensor) -> Tensor:
        return self.dense_4h_to_h(functional.gelu(self.dense_h_to_4h(x)))


class NeoXBlock(nn.Module):
    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__()
        self.input_layernorm = nn.LayerNorm(config["hidden_size"], config["layer_norm_eps"])
        self.post_attention_layernorm = nn.LayerNorm(config["hidden_size"], config["layer_norm_eps"])
        self.attention = NeoXAttention(config)
        self.mlp = NeoXMlp(config)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.attention(self.input_layernorm(x)) + self.mlp(self.post_attention_layernorm(x))


class NeoX(nn.Module):
    """GPT-NeoX (arXiv 2204.06745) in the names of ``GPTNeoXForCausalLM``, parallel residual."""

    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__()
        self.config = config
        self.gpt_neox = nn.Module()
        self.gpt_neox.embed_in = nn.Embedding(config["vocab_size"], config["hidden_size"])
        self.gpt_neox.layers = nn.ModuleList(NeoXBlock(config) for _ in range(config["num_hidden_layers"]))
        self.gpt_neox.final_layer_norm = nn.LayerNorm(config["hidden_size"], config["layer_norm_eps"])
        self.embed_out = nn.Linear(config["hidden_size"], config["vocab_size"], bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.gpt_neox.embed_in(tokens)
        for layer in self.gpt_neox.layers:
            x = layer(x)
        return self.embed_out(self.gpt_neox.final_layer_norm(x))


class Gpt2Linear(nn.Module):
    """GPT-2's linear map, whose weight is ``[in, out]``."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight + self.bias


class Gpt2Block(nn.Module):
    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__()
        width, inner = config["n_embd"], config["n_inner"]
        self.heads = config["n_head"]
        self.ln_1 = nn.LayerNorm(width, config["layer_norm_epsilon"])
        self.ln_2 = nn.LayerNorm(width, config["layer_norm_epsilon"])
        self.attn = nn.Module()
        self.attn.c_attn = Gpt2Linear(width, 3 * width)
        self.attn.c_proj = Gpt2Linear(width, width)
        self.mlp = nn.Module()
        self.mlp.c_fc = Gpt2Linear(width, inner)
        self.mlp.c_proj = Gpt2Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = (heads(part, self.heads) for part in self.attn.c_attn(self.ln_1(x)).chunk(3, dim=-1))
        x = x + self.attn.c_proj(attend(query, key, value))
        h = self.mlp.c_fc(self.ln_2(x))
        gelu = 0.5 * h * (1 + torch.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h**3)))
        return x + self.mlp.c_proj(gelu)


class Gpt2(nn.Module):
    """GPT-2 in the names of ``GPT2LMHeadModel``; the head is the embedding."""

    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__()
        self.config = config
        self.transformer = nn.Module()
        self.transformer.wte = nn.Embedding(config["vocab_size"], config["n_embd"])
        self.transformer.wpe = nn.Embedding(config["n_positions"], config["n_embd"])
        self.transformer.h = nn.ModuleList(Gpt2Block(config) for _ in range(config["n_layer"]))
        self.transformer.ln_f = nn.LayerNorm(config["n_embd"], config["layer_norm_epsilon"])
        self.lm_head = nn.Linear(config["n_embd"], config["vocab_size"], bias=False)
        self.lm_head.weight = self.transformer.wte.weight

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.transformer.wte(tokens) + self.transformer.wpe.weight[: tokens.shape[1]]
        for block in self.transformer.h:
            x = block(x)
        return self.lm_head(self.transformer.ln_f(x))


class RmsNorm(nn.Module):
    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon))


class LlamaBlock(nn.Module):
    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__()
        width, inner = config["hidden_size"], config["intermediate_size"]
        self.heads, self.groups = config["num_attention_heads"], config["num_key_value_heads"]
        self.size = width // self.heads
        self.input_layernorm = RmsNorm(width, config["rms_norm_eps"])
        self.post_attention_layernorm = RmsNorm(width, config["rms_norm_eps"])
        self.self_attn = nn.Module()
        self.self_attn.q_proj = nn.Linear(width, width, bias=False)
        self.self_attn.k_proj = nn.Linear(width, self.groups * self.size, bias=False)
        self.self_attn.v_proj = nn.Linear(width, self.groups * self.size, bias=False)
        self.self_attn.o_proj = nn.Linear(width, width, bias=False)
        self.mlp = nn.Module()
        self.mlp.gate_proj = nn.Linear(width, inner, bias=False)
        self.mlp.up_proj = nn.Linear(width, inner, bias=False)
        self.mlp.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        normed = self.input_layernorm(x)
        query = rotary(heads(self.self_attn.q_proj(normed), self.heads), self.size)
        key = rotary(heads(self.self_attn.k_proj(normed), self.groups), self.size)
        value = heads(self.self_attn.v_proj(normed), self.groups)
        # Neighbouring query heads share a key and value head.
        shared = self.heads // self.groups
        key, value = key.repeat_interleave(shared, dim=1), value.repeat_interleave(shared, dim=1)
        x = x + self.self_attn.o_proj(attend(query, key, value))
        normed = self.post_attention_layernorm(x)
        return x + self.mlp.down_proj(functional.silu(self.mlp.gate_proj(normed)) * self.mlp.up_proj(normed))


class Llama(nn.Module):
    """Llama in the names of ``LlamaForCausalLM``, with grouped-query attention."""

    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__()
        self.config = config
        self.model = nn.Module()
        self.model.embed_tokens = nn.Embedding(config["vocab_size"], config["hidden_size"])
        self.model.layers = nn.ModuleList(LlamaBlock(config) for _ in range(config["num_hidden_layers"]))
        self.model.norm = RmsNorm(config["hidden_size"], config["rms_norm_eps"])
        self.lm_head = nn.Linear(config["hidden_size"], config["vocab_size"], bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.model.embed_tokens(tokens)
        for layer in self.model.layers:
            x = layer(x)
        return self.lm_head(self.model.norm(x))


def make_config(family: str, vocabulary: int, layers: int, width: int, count: int, context: int) -> Dict[str, Any]:
    """What ``config.json`` says of a model of a family, ``count`` heads."""
    if family == "gpt2":
        return {
            "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": vocabulary, "n_positions": context, "n_embd": width, "n_layer": layers,
            "n_head": count, "n_inner": 4 * width, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "tie_word_embeddings": True,
        }
    shared = {
        "vocab_size": vocabulary, "hidden_size": width, "num_hidden_layers": layers, "num_attention_heads": count, "intermediate_size": 4 * width,
        "max_position_embeddings": context, "tie_word_embeddings": False,
    }
    if family == "llama":
        return {
            **shared, "architectures": ["LlamaForCausalLM"], "model_type": "llama", "num_key_value_heads": max(1, count // 2), "hidden_act": "silu",
            "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "attention_bias": False, "mlp_bias": False,
        }
    return {
        **shared, "architectures": ["GPTNeoXForCausalLM"], "model_type": "gpt_neox", "hidden_act": "gelu", "layer_norm_eps": 1e-5, "rotary_pct": 0.25,
        "rotary_emb_base": 10000, "use_parallel_residual": True,
    }


FAMILIES: Dict[str, Callable[[Dict[str, Any]], nn.Module]] = {"gpt_neox": NeoX, "gpt2": Gpt2, "llama": Llama}


def make_model(config: Dict[str, Any], seed: int = 0) -> nn.Module:
    """A model with random matrices, the same for the same seed, and biases of zero."""
    model = FAMILIES[config["model_type"]](config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 0.02, generator=generator)
            elif name.endswith("bias"):
                parameter.zero_()
    return model


def read_text(path: Path) -> List[List[str]]:
    """Documents of words: a line each, of ``tokens`` or ``text`` in a .jsonl file; any other file is one document."""
    if path.suffix != ".jsonl":
        return [path.read_text(encoding="utf-8").split()]
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [line["tokens"] if "tokens" in line else line["text"].split() for line in lines]


def make_tokenizer(documents: List[List[str]], size: int) -> Dict[str, Any]:
    """A ``tokenizer.json`` of at most ``size`` words: the most frequent, lower-cased, equals in alphabetical order."""
    counts = Counter(word.lower() for document in documents for word in document)
    words = sorted(counts, key=lambda word: (-counts[word], word))[: size - 1]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {word: i for i, word in enumerate([UNKNOWN, *words])}, "unk_token": UNKNOWN},
    }


def encode(tokenizer: Dict[str, Any], words: List[str]) -> List[int]:
    """The words' token ids."""
    vocabulary = tokenizer["model"]["vocab"]
    return [vocabulary.get(word.lower(), vocabulary[UNKNOWN]) for word in words]


def train(
    model: nn.Module, tokens: Tensor, steps: int, rows: int, context: int, rate: float, seed: int, after: Callable[[nn.Module, int, Optional[float]], None],
) -> None:
    """Trains on random windows of a text; ``after`` is called with the model, the step and the loss, before the first step too."""
    if len(tokens) <= context:
        raise SystemExit(f"the text has {len(tokens)} words; more than --context {context} are needed")
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.95), weight_decay=0.01)
    after(model, 0, None)
    for step in range(1, steps + 1):
        start = torch.randint(len(tokens) - context, (rows, 1), generator=generator)
        window = tokens[start + torch.arange(context + 1)]  # [rows, context + 1]
        logits = model(window[:, :-1])
        loss = functional.cross_entropy(logits.flatten(0, 1), window[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        after(model, step, loss.item())


def main() -> None:
    options = argparse.ArgumentParser(description="Trains a tiny language model and saves it as it goes.")
    options.add_argument("text", type=Path, help="a text, or JSON lines with text or tokens")
    options.add_argument("folder", type=Path, help="where the checkpoints go")
    options.add_argument("--family", choices=sorted(FAMILIES), default="gpt_neox")
    options.add_argument("--steps", type=int, default=2000)
    options.add_argument("--every", type=int, default=500, help="distance of the later checkpoints (default 500)")
    options.add_argument("--keep", type=int, help="how many checkpoints are kept (default all)")
    options.add_argument("--layers", type=int, default=2)
    options.add_argument("--width", type=int, default=64)
    options.add_argument("--heads", type=int, default=4)
    options.add_argument("--context", type=int, default=64)
    options.add_argument("--rows", type=int, default=16, help="windows in a batch (default 16)")
    options.add_argument("--vocabulary", type=int, default=4096, help="words the model knows (default 4096)")
    options.add_argument("--rate", type=float, default=1e-3, help="learning rate (default 0.001)")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--threads", type=int, default=1, help="leave the watcher its own cores (default 1)")
    given = options.parse_args()

    torch.set_num_threads(given.threads)
    documents = read_text(given.text)
    tokenizer = make_tokenizer(documents, given.vocabulary)
    tokens = torch.tensor([token for document in documents for token in encode(tokenizer, document)])
    config = make_config(given.family, len(tokenizer["model"]["vocab"]), given.layers, given.width, given.heads, given.context)
    save = SaveOnGrid(given.folder, config, tokenizer=tokenizer, until=given.steps, linear_every=given.every, keep=given.keep)

    def after(model: nn.Module, step: int, loss: Optional[float]) -> None:
        if save(model, step, tokens_seen=step * given.rows * given.context, loss=loss) is not None:
            print(f"step {step}: {'untrained' if loss is None else f'loss {loss:.3f}'}", flush=True)

    train(make_model(config, given.seed), tokens, given.steps, given.rows, given.context, given.rate, given.seed, after)


if __name__ == "__main__":
    main()
