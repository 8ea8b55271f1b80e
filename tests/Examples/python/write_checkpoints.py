"""write_checkpoints.py FAMILY FOLDER: a tiny model in several forms, and the logits that PyTorch computes for each.

FOLDER/stepN is variant N, whose name is line N of the output; logitsN.bin its logits, float32, [rows · length, vocabulary].
"""

import copy
import json
import sys
from pathlib import Path

import torch

import train_tiny
from emergence_checkpoints import save_checkpoint
from safetensors_bytes import own_bytes

torch.set_num_threads(1)
family, folder = sys.argv[1], Path(sys.argv[2])
generator = torch.Generator().manual_seed(4)
config = train_tiny.make_config(family, vocabulary=37, layers=2, width=32, count=4, context=24)
model = train_tiny.make_model(config)
with torch.no_grad():
    # Larger than a trained model's, norms and biases too, so that a wrong or missing part shows.
    for parameter in model.parameters():
        noise = torch.randn(parameter.shape, generator=generator) * 0.3
        parameter.copy_(1 + noise if parameter.dim() == 1 and float(parameter.detach().mean()) == 1 else noise)

tokens = torch.randint(37, (3, 24), generator=generator)
(folder / "tokens.json").write_text(json.dumps(tokens.tolist()))

tied = copy.deepcopy(model)
head = next(name for name in ("embed_out", "lm_head") if hasattr(tied, name))
embedding = next(part for part in tied.modules() if isinstance(part, torch.nn.Embedding))
getattr(tied, head).weight = embedding.weight
tied_config = {name: value for name, value in config.items() if name != "tie_word_embeddings"}

variants = [
    ("float32", model, config, {}),
    ("shards", model, config, {"max_shard_bytes": 9000}),
    ("bfloat16", model, config, {"dtype": torch.bfloat16}),
    ("float16", model, config, {"dtype": "float16"}),
    ("tied", tied, tied_config, {}),
]
for step, (name, variant, options, more) in enumerate(variants):
    save_checkpoint(variant, step, folder, options, **more)
    # The reference computes in float32 with the values that are in the file.
    rounded = copy.deepcopy(variant).to(getattr(torch, name) if name in ("bfloat16", "float16") else torch.float32).float()
    with torch.no_grad():
        (folder / f"logits{step}.bin").write_bytes(own_bytes(rounded(tokens)))
    print(name)
