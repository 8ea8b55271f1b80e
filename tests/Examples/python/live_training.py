"""live_training.py TEXT PROBE FOLDER LOSSES STEPS EVERY KEEP HOLDS: a training that saves and rotates, for a test that watches it.

LOSSES gets a line for each saved step before its checkpoint is there: the loss that PyTorch computes with its weights on the
windows of the probe text that `watch` takes for its fixed batch. At each step of HOLDS (comma-separated, or "all" for each that
is saved) it waits for a line on its standard input, so that the test decides how far training and watching are apart.
"""

import json
import sys
from pathlib import Path

import torch
from torch.nn import functional

import train_tiny
from emergence_checkpoints import SaveOnGrid

CONTEXT = 16
LOSS_ROWS = 64

torch.set_num_threads(1)
text, probe, folder, losses = map(Path, sys.argv[1:5])
steps, every, keep = map(int, sys.argv[5:8])
holds = None if sys.argv[8] == "all" else {int(step) for step in sys.argv[8].split(",")}

documents = train_tiny.read_text(text)
tokenizer = train_tiny.make_tokenizer(documents, 64)
tokens = torch.tensor([token for document in documents for token in train_tiny.encode(tokenizer, document)])
config = train_tiny.make_config("gpt_neox", len(tokenizer["model"]["vocab"]), layers=2, width=16, count=2, context=CONTEXT)

ids = [train_tiny.encode(tokenizer, words) for words in train_tiny.read_text(probe)]
windows = [document[at:at + CONTEXT] for document in ids for at in range(0, len(document), CONTEXT)]
windows = [window for window in windows if len(window) > 1]
rows = min(LOSS_ROWS, len(windows))
batch = [torch.tensor(windows[i * len(windows) // rows]) for i in range(rows)]


def probe_loss(model):
    with torch.no_grad():
        sums = [functional.cross_entropy(model(row[None])[0, :-1], row[1:], reduction="sum") for row in batch]
    return float(sum(sums)) / sum(len(row) - 1 for row in batch)


save = SaveOnGrid(folder, config, tokenizer=tokenizer, until=steps, linear_every=every, keep=keep)


def after(model, step, loss):
    if not save.wants(step):
        return
    with open(losses, "a") as file:
        file.write(json.dumps({"step": step, "loss": probe_loss(model)}) + "\n")
    save(model, step, tokens_seen=step * 8 * CONTEXT, loss=loss)
    if holds is None or step in holds:
        sys.stdin.readline()


train_tiny.train(train_tiny.make_model(config), tokens, steps, 8, CONTEXT, 1e-2, 0, after)
