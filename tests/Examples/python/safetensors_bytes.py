"""Reads safetensors files with nothing but the format's description: eight bytes of length, a JSON header, the tensors' bytes.

Shares nothing with the writer under test.
"""

import json
import struct
from pathlib import Path

import torch

SIZES = {"BOOL": 1, "U8": 1, "I8": 1, "I16": 2, "F16": 2, "BF16": 2, "I32": 4, "F32": 4, "I64": 8, "F64": 8, "C64": 8}


def read_file(path):
    """Name to (type, shape, bytes) of a file that must be sound to its last byte."""
    content = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    assert length % 8 == 0 and 8 + length <= len(content), f"{path}: a header of {length} bytes"
    header = json.loads(content[8:8 + length].decode("utf-8"))
    data = content[8 + length:]
    assert header.pop("__metadata__") == {"format": "pt"}
    tensors = {}
    reached = 0
    for name, described in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = described["data_offsets"]
        count = 1
        for size in described["shape"]:
            count *= size
        size = SIZES[described["dtype"]]
        assert begin == reached and end - begin == count * size, f"{path}: {name} at {begin} to {end}"
        assert begin % size == 0, f"{path}: {name} is not aligned"
        tensors[name] = (described["dtype"], described["shape"], data[begin:end])
        reached = end
    assert reached == len(data), f"{path}: {len(data) - reached} bytes belong to no tensor"
    return tensors


def read_folder(folder):
    """The same of a checkpoint's folder, whose index must name each tensor where it is."""
    folder = Path(folder)
    index = folder / "model.safetensors.index.json"
    if not index.exists():
        assert [p.name for p in folder.glob("*.safetensors")] == ["model.safetensors"], sorted(folder.iterdir())
        return read_file(folder / "model.safetensors")
    described = json.loads(index.read_text())
    placed = described["weight_map"]
    tensors = {}
    for shard in sorted(set(placed.values())):
        held = read_file(folder / shard)
        assert set(held) == {name for name, file in placed.items() if file == shard}
        tensors.update(held)
    assert {p.name for p in folder.glob("*.safetensors")} == set(placed.values())
    assert described["metadata"]["total_size"] == sum(len(content) for _, _, content in tensors.values())
    return tensors


def own_bytes(tensor):
    """A tensor's bytes in the file, element by element: independent of how they are written."""
    tensor = tensor.detach().contiguous().flatten()
    view = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[tensor.element_size()]
    if tensor.dtype == torch.bool:
        return bytes(int(v) for v in tensor.tolist())
    return b"".join(int(v).to_bytes(tensor.element_size(), "little", signed=view != torch.uint8) for v in tensor.view(view).tolist())
