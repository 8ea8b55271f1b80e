"""Saves a PyTorch model while it trains, in the form that ``./emergence watch`` follows. Copy this one file into your project.

It needs PyTorch (1.13 or newer) and nothing else. Plain loop::

    from emergence_checkpoints import SaveOnGrid
    save = SaveOnGrid("checkpoints", config, tokenizer="tokenizer.json", until=steps)
    save(model, step)                                    # after each step; saves 0, 1, 2, 4, 8 …, 512, 1000, 2000 …

Transformers::

    from emergence_checkpoints import EmergenceCallback
    trainer.add_callback(EmergenceCallback("checkpoints", tokenizer="tokenizer.json"))

A checkpoint is a Hugging Face folder: ``config.json``, ``model.safetensors`` (or shards and
``model.safetensors.index.json``), ``tokenizer.json`` when given, ``trainer_state.json``. It is written beside its place,
flushed to the disk and renamed, so a folder under a checkpoint's name is always whole, whatever kills the training and
whenever. Old checkpoints go the same way back: renamed first, then deleted.

One process saves into a folder, one checkpoint at a time. Names in it that begin with ``.emergence-`` are this module's own.
"""

from __future__ import annotations

import ctypes
import inspect
import json
import math
import operator
import os
import re
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

import torch

__all__ = ["EmergenceCallback", "SaveOnGrid", "checkpoint_steps", "is_checkpoint_step", "save_checkpoint"]

SINGLE_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"
MARKER_FILE = "COMPLETE"

_OWN = ".emergence-"
_PIECE_BYTES = 1 << 26

# Parts of parameter names that wrappers put in: torch.compile, FullyShardedDataParallel, activation checkpointing.
_WRAPPERS = {"_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"}

# The format's spelling of each element type; those that this PyTorch does not have are left out.
_TYPES = {
    getattr(torch, name): spelling
    for name, spelling in {
        "bool": "BOOL", "uint8": "U8", "int8": "I8", "int16": "I16", "int32": "I32", "int64": "I64", "uint16": "U16", "uint32": "U32", "uint64": "U64",
        "float16": "F16", "bfloat16": "BF16", "float32": "F32", "float64": "F64", "complex64": "C64", "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2",
    }.items()
    if hasattr(torch, name)
}

PathLike = Union[str, "os.PathLike[str]"]


def save_checkpoint(
    model: Union[torch.nn.Module, Mapping[str, torch.Tensor]],
    step: int,
    folder: PathLike,
    config: Any = None,
    *,
    tokenizer: Any = None,
    dtype: Union[torch.dtype, str, None] = None,
    max_shard_bytes: Optional[int] = None,
    marker: bool = False,
    keep: Optional[int] = None,
    tokens_seen: Optional[int] = None,
    loss: Optional[float] = None,
    name: str = "step{step}",
    rename: Optional[Callable[[str], Optional[str]]] = None,
    overwrite: bool = False,
) -> Path:
    """Writes one checkpoint, whole or not at all.

    Tensors are copied to the CPU and converted one at a time, so the memory it takes is that of the largest one.

    Args:
        model: A module or its state dict. The names that DistributedDataParallel and torch.compile put in front of
            parameters are taken off. Parameters that share memory (a tied head) are written once, under the embedding's name.
        step: Optimiser steps done, 0 or more.
        folder: Folder of all checkpoints; made when it is not there.
        config: What becomes ``config.json``: a dict, an object with ``to_dict()`` such as a Transformers configuration, or
            the path of a file. None takes the model's own ``config``.
        tokenizer: What becomes ``tokenizer.json``: the path of such a file or of a folder with one, a dict, a
            ``tokenizers.Tokenizer``, or a fast tokenizer of Transformers. ``watch`` needs it.
        dtype: Element type of the floating-point tensors in the file, such as ``torch.bfloat16``; None leaves each as it is.
        max_shard_bytes: Splits the weights into files of at most so many bytes of tensors (a larger tensor gets its own).
        marker: Also writes an empty file ``COMPLETE``, last, for ``watch --marker``.
        keep: Deletes the checkpoints of the lowest steps until so many are left, this one among them; None deletes none.
        tokens_seen: Tokens trained on so far.
        loss: Training loss, nats per token.
        name: Name of the checkpoint's folder; ``"checkpoint-{step}"`` is Transformers' way.
        rename: Gives a parameter's name in the file for its name in the model; None leaves the parameter out.
        overwrite: Replaces a checkpoint of the same step, which is refused otherwise.

    Returns:
        The checkpoint's folder.

    Raises:
        FileExistsError: There is a checkpoint of this step.
        ValueError, TypeError: An argument or a tensor is not what it must be; the message names it.
        OSError: The disk does not take it. Nothing is left under the checkpoint's name.
    """
    step = _whole("step", step, 0)
    keep = None if keep is None else _whole("keep", keep, 1)
    max_shard_bytes = None if max_shard_bytes is None else _whole("max_shard_bytes", max_shard_bytes, 1)
    tokens_seen = None if tokens_seen is None else _whole("tokens_seen", tokens_seen, 0)
    pattern = _name_pattern(name)
    root = Path(folder)
    place = root / name.replace("{step}", str(step))
    if place.exists() and not overwrite:
        raise FileExistsError(f"{place} is there already; give overwrite=True to replace it, or save into another folder")

    # All of it is looked at before the first byte is written.
    entries, tied = _entries(model, rename, _dtype(dtype))
    texts = {"config.json": _json(_config(config, model, entries, tied))}
    if tokenizer is not None:
        texts["tokenizer.json"] = _tokenizer(tokenizer)
    texts["trainer_state.json"] = _json(_trainer_state(step, tokens_seen, loss))
    shards = _shards(entries, max_shard_bytes)
    if len(shards) > 1:
        texts[INDEX_FILE] = _json(_index(shards))

    root.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(root)
    draft = root / f"{_OWN}saving-{place.name}-{os.getpid()}"
    try:
        draft.mkdir()
        for file, tensors in shards.items():
            _write_safetensors(draft / file, tensors)
        for file, text in texts.items():
            _write_file(draft / file, text)
        if marker:
            _write_file(draft / MARKER_FILE, b"")
        _flush_folder(draft)
        replaced = _hide(place) if overwrite and place.exists() else None
        try:
            os.rename(draft, place)
        except OSError as error:
            if place.exists():
                raise FileExistsError(f"{place} appeared while it was being written: only one process may save into {root}") from error
            raise
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _flush_folder(root)
    if replaced is not None:
        _delete(replaced)
    if keep is not None:
        _rotate(root, pattern, keep, step)
    return place


def is_checkpoint_step(step: int, linear_every: int = 1000) -> bool:
    """Whether a step is on the grid 0, 1, 2, 4, 8 … below ``linear_every``, then every multiple of it.

    Close together while much happens, evenly spaced later; with 1000 it is Pythia's grid.
    """
    return step >= 0 and ((step & (step - 1)) == 0 if step < linear_every else step % linear_every == 0)


def checkpoint_steps(until: int, linear_every: int = 1000) -> Iterator[int]:
    """The steps of the grid (see :func:`is_checkpoint_step`) up to ``until``, ascending, and ``until`` itself.

    >>> list(checkpoint_steps(35, linear_every=10))
    [0, 1, 2, 4, 8, 10, 20, 30, 35]
    """
    until = _whole("until", until, 0)
    linear_every = _whole("linear_every", linear_every, 1)
    for step in range(min(until, linear_every)):
        if is_checkpoint_step(step, linear_every):
            yield step
    yield from range(linear_every, until, linear_every)
    yield until


class SaveOnGrid:
    """Saves a model on a log-then-linear grid of steps; call it after each step of a training loop.

    ::

        save = SaveOnGrid("checkpoints", config, tokenizer="tokenizer.json", until=steps, keep=20)
        save(model, 0)
        for step in range(1, steps + 1):
            …
            save(model, step, tokens_seen=step * batch_tokens, loss=loss.item())

    A training that is started again passes over the checkpoints that are there already, unless ``overwrite=True``.

    Args:
        folder: Folder of all checkpoints.
        config: See :func:`save_checkpoint`.
        until: The last step of the training, which is saved too, on the grid or not.
        linear_every: Distance of the later checkpoints.
        options: Any other option of :func:`save_checkpoint`.
    """

    def __init__(self, folder: PathLike, config: Any = None, *, until: Optional[int] = None, linear_every: int = 1000, **options: Any) -> None:
        unknown = sorted(set(options) - _OPTIONS)
        if unknown:
            raise TypeError(f"{type(self).__name__} has no option {', '.join(unknown)}; save_checkpoint takes {', '.join(sorted(_OPTIONS))}")
        _name_pattern(options.get("name", _DEFAULT_NAME))
        self.folder = Path(folder)
        self.config = config
        self.until = None if until is None else _whole("until", until, 0)
        self.linear_every = _whole("linear_every", linear_every, 1)
        self.options = options

    def wants(self, step: int) -> bool:
        """Whether a step is to be saved."""
        return step == self.until or is_checkpoint_step(step, self.linear_every)

    def __call__(self, model: Any, step: int, *, tokens_seen: Optional[int] = None, loss: Optional[float] = None) -> Optional[Path]:
        """Saves the model when the step is on the grid.

        Returns:
            The checkpoint's folder; None when nothing was saved.
        """
        return self.save(model, step, tokens_seen=tokens_seen, loss=loss) if self.wants(step) else None

    def save(self, model: Any, step: int, **more: Any) -> Optional[Path]:
        """Saves the model at any step; None when the checkpoint is there already and may not be overwritten."""
        options = {**self.options, **more}
        if (self.folder / options.get("name", _DEFAULT_NAME).replace("{step}", str(step))).exists() and not options.get("overwrite", False):
            return None
        return save_checkpoint(model, step, self.folder, self.config, **options)


def _callback_base() -> type:
    """Transformers' ``TrainerCallback`` where Transformers has been imported before this module; else ``object``."""
    try:
        return getattr(sys.modules.get("transformers"), "TrainerCallback", object)
    except Exception:  # Transformers imports its parts at the first use, which fails where one of their dependencies is missing.
        return object


class EmergenceCallback(_callback_base()):  # type: ignore[misc]
    """A callback for Transformers' ``Trainer`` that saves on the grid, from the main process only.

    It needs no import of Transformers: where that was not imported before, the events this class does not handle are
    answered by :meth:`__getattr__`.

    Name a folder of its own and not the trainer's ``output_dir``: what is saved here holds no optimiser, so a training
    cannot be resumed from it. The step before the first (usually 0) and the last are saved too. A model whose parameters are
    spread over processes (FSDP, ZeRO-3) is refused.

    Args:
        folder: Folder of all checkpoints.
        tokenizer: See :func:`save_checkpoint`; None takes the trainer's own, when it has a fast one.
        config: None takes the model's.
        linear_every: Distance of the later checkpoints.
        options: Any other option of :func:`save_checkpoint`, such as ``keep=20``.
    """

    def __init__(self, folder: PathLike, *, tokenizer: Any = None, config: Any = None, linear_every: int = 1000, **options: Any) -> None:
        self._tokenizer = tokenizer
        self._saver = SaveOnGrid(folder, config, linear_every=linear_every, **options)

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
        """Saves the model as it is before its first step."""
        self._on(state, model, kwargs, always=False)

    def on_step_end(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
        """Saves the model when the step is on the grid."""
        self._on(state, model, kwargs, always=False)

    def on_train_end(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
        """Saves the model as it is at the end."""
        self._on(state, model, kwargs, always=True)

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Every other event of the trainer, also those of later versions: nothing is done."""
        if name.startswith("on_"):
            return lambda *args, **kwargs: None
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _on(self, state: Any, model: Any, kwargs: Dict[str, Any], always: bool) -> None:
        if not state.is_world_process_zero or not (always or self._saver.wants(state.global_step)):
            return
        if model is None:
            raise ValueError("the trainer passed no model to its callbacks")
        tokenizer = self._tokenizer
        if tokenizer is None:
            own = kwargs.get("processing_class", kwargs.get("tokenizer"))
            tokenizer = own if hasattr(own, "backend_tokenizer") else None
        losses = [entry["loss"] for entry in getattr(state, "log_history", None) or [] if "loss" in entry]
        self._saver.save(
            model,
            state.global_step,
            tokenizer=tokenizer,
            # The trainer counts tokens only when it is told to, and says 0 otherwise.
            tokens_seen=getattr(state, "num_input_tokens_seen", 0) or None,
            loss=losses[-1] if losses else None,
        )


_OPTIONS = {p.name for p in inspect.signature(save_checkpoint).parameters.values() if p.kind is p.KEYWORD_ONLY} - {"tokens_seen", "loss"}
_DEFAULT_NAME = inspect.signature(save_checkpoint).parameters["name"].default


class _Entry(NamedTuple):
    """A tensor of the file: where it comes from, and what it will be."""

    name: str
    tensor: torch.Tensor
    dtype: torch.dtype

    @property
    def bytes(self) -> int:
        return self.tensor.numel() * _itemsize(self.dtype)


def _entries(model: Any, rename: Optional[Callable[[str], Optional[str]]], dtype: Optional[torch.dtype]) -> Tuple[List[_Entry], List[Tuple[str, str]]]:
    """The tensors to write, and the pairs (written, left out) of names of an embedding's memory that is shared."""
    if isinstance(model, torch.nn.Module):
        state: Mapping[str, Any] = model.state_dict()
        embeddings = {f"{prefix}.weight" for prefix, part in model.named_modules() if isinstance(part, torch.nn.Embedding)}
    elif isinstance(model, Mapping):
        state, embeddings = model, set()
    else:
        raise TypeError(f"model is a {type(model).__name__}; a torch.nn.Module or its state dict is expected")
    clean = _unwrapped(list(state))

    finals = {key: clean[key] if rename is None else rename(clean[key]) for key in state}
    kept = [key for key in state if finals[key] is not None]

    # One memory, one entry; an embedding's name goes before others', then the first.
    owners: Dict[Any, str] = {}
    for key in sorted(kept, key=lambda k: k not in embeddings):
        _check(clean[key], state[key])
        owners.setdefault(_memory(key, state[key]), key)

    entries: Dict[str, _Entry] = {}
    tied = []
    for key in kept:
        final, tensor = finals[key], state[key]
        owner = owners[_memory(key, tensor)]
        if owner != key:
            if owner in embeddings:
                tied.append((clean[owner], clean[key]))
            continue
        if not isinstance(final, str) or final in ("", "__metadata__"):
            raise ValueError(f"rename gives {final!r} for {clean[key]}; a parameter's name is expected")
        if final in entries:
            raise ValueError(f"two parameters would be called {final}; look at rename")
        target = dtype if dtype is not None and tensor.is_floating_point() else tensor.dtype
        if target not in _TYPES:
            raise TypeError(f"{clean[key]} is of type {target}, which a safetensors file cannot hold; give dtype=, or leave it out with rename")
        entries[final] = _Entry(final, tensor, target)
    if not entries:
        raise ValueError("there is no tensor to save")
    return list(entries.values()), tied


def _unwrapped(keys: List[str]) -> Dict[str, str]:
    """Names without what wrappers put into them."""
    clean = {key: ".".join(part for part in key.split(".") if part not in _WRAPPERS) for key in keys}
    while clean and all(name.startswith("module.") for name in clean.values()):
        clean = {key: name[len("module."):] for key, name in clean.items()}
    if len(set(clean.values())) < len(clean):
        raise ValueError("without the names of wrappers (_orig_mod and such) two parameters have the same name")
    return clean


def _check(name: str, tensor: Any) -> None:
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(f"{name} is a {type(tensor).__name__}, not a tensor; leave it out with rename, or pass a state dict without it")
    if hasattr(tensor, "full_tensor") or (tensor.is_floating_point() and tuple(tensor.shape) == (0,)):
        raise ValueError(f"{name} is spread over processes (FSDP, ZeRO-3); gather the full state dict first and pass that")
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type == "meta":
        raise ValueError(f"{name} is no plain tensor ({tensor.layout}, {tensor.dtype}, on {tensor.device}); convert it first, or leave it out with rename")


def _memory(key: str, tensor: torch.Tensor) -> Any:
    """Equal for tensors that are the same view of the same memory; one without elements has none."""
    return (tensor.device, tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tensor.stride()) if tensor.numel() > 0 else key


def _config(config: Any, model: Any, entries: List[_Entry], tied: List[Tuple[str, str]]) -> Dict[str, Any]:
    if config is None:
        # Wrappers hide the attributes of what they wrap.
        inner = model
        while not hasattr(inner, "config") and (hasattr(inner, "module") or hasattr(inner, "_orig_mod")):
            inner = inner.module if hasattr(inner, "module") else inner._orig_mod
        config = getattr(inner, "config", None)
        if config is None:
            raise ValueError("config is missing, and the model has none of its own")
    if isinstance(config, (str, os.PathLike)):
        options = json.loads(Path(config).read_text(encoding="utf-8"))
    elif isinstance(config, Mapping):
        options = dict(config)
    elif callable(getattr(config, "to_diff_dict", None)):
        # What Transformers itself writes: options of generation and training that are at their defaults are left out.
        options = dict(config.to_diff_dict())
    elif callable(getattr(config, "to_dict", None)):
        options = dict(config.to_dict())
    else:
        options = None
    if not isinstance(options, dict):
        raise TypeError(f"config is a {type(config).__name__}; a dict, an object with to_dict() or the path of a config.json is expected")

    for written, left_out in tied:
        if options.get("tie_word_embeddings") is False:
            raise ValueError(f"{written} and {left_out} share their memory, but config says tie_word_embeddings is false; correct one of the two")
        options["tie_word_embeddings"] = True
    types = {e.dtype for e in entries if e.dtype.is_floating_point}
    if len(types) == 1:
        options["dtype" if "dtype" in options else "torch_dtype"] = str(types.pop()).replace("torch.", "")
    return options


def _tokenizer(tokenizer: Any) -> bytes:
    """The bytes of ``tokenizer.json``."""
    if isinstance(tokenizer, (str, os.PathLike)):
        path = Path(tokenizer)
        path = path / "tokenizer.json" if path.is_dir() else path
        content = path.read_bytes()
    elif isinstance(tokenizer, Mapping):
        content = json.dumps(tokenizer, ensure_ascii=False, indent=2).encode("utf-8")
    else:
        inner = getattr(tokenizer, "backend_tokenizer", tokenizer)
        if not callable(getattr(inner, "to_str", None)):
            raise TypeError(f"tokenizer is a {type(tokenizer).__name__}; the path of a tokenizer.json, a dict, or a fast tokenizer is expected (a slow one has no tokenizer.json)")
        content = inner.to_str(pretty=True).encode("utf-8")
    try:
        described = json.loads(content)
    except ValueError as error:
        raise ValueError(f"the tokenizer is not JSON: {error}") from error
    if not isinstance(described, dict):
        raise ValueError("the tokenizer is no JSON object, as a tokenizer.json must be")
    return content


def _trainer_state(step: int, tokens_seen: Optional[int], loss: Optional[float]) -> Dict[str, Any]:
    state: Dict[str, Any] = {"step": step, "global_step": step}
    if tokens_seen is not None:
        state["tokens_seen"] = tokens_seen
    if loss is not None:
        # JSON has no word for a loss that is no number.
        state["loss"] = float(loss) if math.isfinite(float(loss)) else None
    return state


def _shards(entries: List[_Entry], max_shard_bytes: Optional[int]) -> Dict[str, List[_Entry]]:
    """Tensors by file, in the order of the model."""
    parts: List[List[_Entry]] = [[]]
    size = 0
    for entry in entries:
        if parts[-1] and max_shard_bytes is not None and size + entry.bytes > max_shard_bytes:
            parts.append([])
            size = 0
        parts[-1].append(entry)
        size += entry.bytes
    if len(parts) == 1:
        return {SINGLE_FILE: parts[0]}
    return {f"model-{i + 1:05d}-of-{len(parts):05d}.safetensors": part for i, part in enumerate(parts)}


def _index(shards: Dict[str, List[_Entry]]) -> Dict[str, Any]:
    return {
        "metadata": {"total_size": sum(e.bytes for part in shards.values() for e in part)},
        "weight_map": {e.name: file for file, part in shards.items() for e in part},
    }


def _write_safetensors(path: Path, entries: List[_Entry]) -> None:
    """Writes one file: with the safetensors package where it is installed and can take the tensors as they are; else here."""
    package = _package()
    if package is not None and all(_as_it_is(e) for e in entries):
        package.save_file({e.name: e.tensor.detach() for e in entries}, str(path), metadata={"format": "pt"})
        with open(path, "rb+") as file:
            os.fsync(file.fileno())
        return
    if sys.byteorder != "little":
        raise RuntimeError("this machine's numbers are big-endian; install the safetensors package, which turns them round")

    # The largest elements first, so that each tensor's bytes are aligned; then by name, so that equal models give equal files.
    ordered = sorted(entries, key=lambda e: (-_itemsize(e.dtype), e.name))
    header: Dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for entry in ordered:
        header[entry.name] = {"dtype": _TYPES[entry.dtype], "shape": list(entry.tensor.shape), "data_offsets": [end, end + entry.bytes]}
        end += entry.bytes
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "xb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for entry in ordered:
            _write_tensor(file, entry)
        file.flush()
        os.fsync(file.fileno())


def _package() -> Any:
    try:
        import safetensors.torch

        return safetensors.torch
    except ImportError:
        return None


def _as_it_is(entry: _Entry) -> bool:
    """Whether a tensor lies in the CPU's memory as it will lie in the file, alone in its storage: the package takes no other."""
    tensor = entry.tensor
    storage = tensor.untyped_storage() if hasattr(tensor, "untyped_storage") else tensor.storage()
    return (
        tensor.device.type == "cpu"
        and tensor.dtype == entry.dtype
        and tensor.is_contiguous()
        and not tensor.is_conj()
        and not tensor.is_neg()
        and storage.nbytes() == entry.bytes
    )


def _write_tensor(file: Any, entry: _Entry) -> None:
    # Converted where it is and copied as it will be written: the fewest bytes travel, and one tensor at a time is held.
    tensor = entry.tensor.detach().to(entry.dtype).cpu().contiguous().resolve_conj().resolve_neg()
    if entry.bytes == 0:
        return
    view = memoryview((ctypes.c_char * entry.bytes).from_address(tensor.data_ptr())).cast("B")
    for start in range(0, entry.bytes, _PIECE_BYTES):
        file.write(view[start:start + _PIECE_BYTES])


def _write_file(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Makes names in a folder outlast a loss of power; Windows has no way to do so."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _rotate(root: Path, pattern: "re.Pattern[str]", keep: int, newest: int) -> None:
    steps = {}
    for path in root.iterdir():
        match = pattern.fullmatch(path.name)
        if match and path.is_dir() and int(match.group(1)) != newest:
            steps[int(match.group(1))] = path
    for step in sorted(steps)[:max(0, len(steps) - keep + 1)]:
        _delete(_hide(steps[step]))


def _hide(place: Path) -> Path:
    """Takes a checkpoint's name away, all at once: nobody sees half of it under that name while its files are deleted."""
    hidden = place.parent / f"{_OWN}deleting-{place.name}-{os.getpid()}"
    os.rename(place, hidden)
    return hidden


def _remove_leftovers(root: Path) -> None:
    """Deletes what a process that was killed left behind."""
    for path in root.iterdir():
        match = re.fullmatch(re.escape(_OWN) + r"(?:saving|deleting)-.*-(\d+)", path.name)
        if match and not _lives(int(match.group(1))):
            _delete(path)


def _lives(process: int) -> bool:
    """Whether another process of that number runs on this machine. This one has no draft when it begins another."""
    if process == os.getpid():
        return False
    if os.name == "nt":
        return True  # There, asking with os.kill would end it.
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _delete(path: Path) -> None:
    try:
        shutil.rmtree(path)
    except OSError as error:
        # The training is worth more than the room on the disk; the next save tries again.
        warnings.warn(f"{path} could not be deleted: {error}", RuntimeWarning, stacklevel=2)


def _name_pattern(name: str) -> "re.Pattern[str]":
    parts = name.split("{step}")
    if len(parts) != 2 or any(c in name for c in "/\\") or name.startswith(".") or any(c in "".join(parts) for c in "{}"):
        raise ValueError(f"name is {name!r}; a folder's name with {{step}} in it once is expected, such as 'checkpoint-{{step}}'")
    return re.compile(re.escape(parts[0]) + r"(\d+)" + re.escape(parts[1]))


def _whole(name: str, value: Any, least: int) -> int:
    try:
        number = operator.index(value) if not isinstance(value, bool) else None
    except TypeError:
        number = None
    if number is None or number < least:
        raise ValueError(f"{name} is {value!r}; a whole number of {least} or more is expected")
    return number


def _dtype(dtype: Union[torch.dtype, str, None]) -> Optional[torch.dtype]:
    found = getattr(torch, dtype.replace("torch.", ""), None) if isinstance(dtype, str) else dtype
    if dtype is not None and not (isinstance(found, torch.dtype) and found.is_floating_point and found in _TYPES):
        raise ValueError(f"dtype is {dtype!r}; a floating-point type such as torch.bfloat16 or 'float16' is expected")
    return found


def _itemsize(dtype: torch.dtype) -> int:
    return torch.empty((), dtype=dtype).element_size()


def _json(value: Any) -> bytes:
    def plain(item: Any) -> Any:
        if isinstance(item, torch.dtype):
            return str(item).replace("torch.", "")
        if hasattr(item, "to_dict"):
            return item.to_dict()
        raise TypeError(f"config holds a {type(item).__name__}, which JSON has no form for")

    try:
        return (json.dumps(value, indent=2, sort_keys=True, allow_nan=False, default=plain) + "\n").encode("utf-8")
    except ValueError as error:
        raise ValueError(f"config holds a number that JSON has no form for: {error}") from error
