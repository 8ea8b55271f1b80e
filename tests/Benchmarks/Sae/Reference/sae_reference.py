"""Trains the reference SAE and answers the benchmark's commands, one line each, until standard input ends.

    begin STEPS BATCH RATE   fresh weights; warm-up over the first twentieth of STEPS, linear decay over the last fifth -> seconds
    step N                   -> seconds the N steps took
    run SECONDS              -> steps and seconds: steps until that much time is over
    end                      -> seconds the end of training took: nothing to do here
    save FOLDER              writes the SAE in SAELens's layout
    memory                   -> greatest resident bytes of this process
Answers begin with "= ".
"""
import argparse
import json
import struct
import sys
import time
from pathlib import Path

import numpy
import torch

from topk_sae import TopKSae


class Session:
    def __init__(self, options):
        self.options = options
        # A map that may be written lets torch take the rows without a copy; the file itself never changes.
        self.data = torch.from_numpy(numpy.load(options.data, mmap_mode="c"))

    def begin(self, steps, batch, rate):
        start = time.perf_counter()
        o = self.options
        self.steps, self.batch, self.rate = int(steps), int(batch), float(rate)
        self.done = 0
        self.sae = TopKSae(self.data.shape[1], o.features, o.k, o.kind, o.seed)
        return time.perf_counter() - start

    def step(self, count):
        start = time.perf_counter()
        for _ in range(int(count)):
            self._one()
        return time.perf_counter() - start

    def run(self, seconds):
        steps, start = 0, time.perf_counter()
        while steps == 0 or time.perf_counter() - start < float(seconds):
            self._one()
            steps += 1
        return steps, time.perf_counter() - start

    def end(self):
        return 0

    def memory(self):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return 0

    def save(self, folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
        s = self.sae
        tensors = {"W_enc": s.w_enc.t(), "b_enc": s.b_enc, "W_dec": s.w_dec, "b_dec": s.b_dec}
        header, parts, at = {}, [], 0
        for name, tensor in tensors.items():
            values = tensor.detach().contiguous().numpy().astype("<f4").tobytes()
            header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(values)]}
            parts.append(values)
            at += len(values)
        text = json.dumps(header).encode()
        Path(folder, "sae_weights.safetensors").write_bytes(b"".join([struct.pack("<Q", len(text)), text, *parts]))
        features, d = s.w_dec.shape
        Path(folder, "cfg.json").write_text(json.dumps({"architecture": "topk", "d_in": d, "d_sae": features, "k": s.k}))

    def _one(self):
        batches = len(self.data) // self.batch
        at = self.done % batches * self.batch
        self.sae.step(self.data[at:at + self.batch], self.rate * self._schedule())
        self.done += 1

    def _schedule(self):
        warm, fall = max(1, self.steps // 20), max(1, self.steps // 5)
        return min(1, (self.done + 1) / warm, max(1, self.steps - self.done) / fall)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--kind", choices=["dense", "csr"], required=True)
    for number in ("--features", "--k", "--threads", "--seed"):
        parser.add_argument(number, type=int, required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    session = Session(options)
    for line in sys.stdin:
        command, *arguments = line.split()
        try:
            answer = getattr(session, command)(*arguments)
        except Exception as e:  # told to the benchmark, which knows what it asked for
            print("!", type(e).__name__, str(e).splitlines()[0] if str(e) else "", flush=True)
            continue
        words = answer if isinstance(answer, tuple) else () if answer is None else (answer,)
        print("=", *words, flush=True)


main()
