"""Tests of examples/python: python3 -m unittest, with PyTorch 1.13 or newer and nothing else."""

import contextlib
import importlib
import importlib.util
import json
import math
import os
import random
import re
import signal
import sys
import tempfile
import types
import unittest
import warnings
import weakref
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
EXAMPLES = ROOT / "examples" / "python"
sys.path[:0] = [str(EXAMPLES), str(HERE)]

import torch  # noqa: E402

import emergence_checkpoints as ec  # noqa: E402
import train_tiny  # noqa: E402
from safetensors_bytes import own_bytes, read_file, read_folder  # noqa: E402

torch.set_num_threads(1)


class Tied(torch.nn.Module):
    """A head that is registered before the embedding whose memory it shares."""

    def __init__(self):
        super().__init__()
        self.head = torch.nn.Linear(4, 6, bias=False)
        self.embed = torch.nn.Embedding(6, 4)
        self.head.weight = self.embed.weight


class FolderTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="emergence-python-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "checkpoints"

    def names(self):
        return sorted(p.name for p in self.folder.iterdir())

    def steps(self):
        return sorted(int(name[4:]) for name in self.names() if name.startswith("step"))


class WrittenBytes(FolderTest):
    def test_every_type_and_shape_is_written_byte_for_byte(self):
        generator = torch.Generator().manual_seed(1)
        wide = torch.randn(6, 8, generator=generator)
        state = {
            "f32": wide.clone(), "f16": wide.half(), "bf16": wide.bfloat16(), "f64": wide.double(), "bool": wide > 0, "u8": (wide * 9).byte(), "i8": (wide * 9).to(torch.int8),
            "i16": (wide * 999).short(), "i32": (wide * 999).int(), "i64": (wide * 999).long(), "scalar": torch.tensor(2.5), "none": torch.zeros(0, 3, dtype=torch.int32),
            "turned": wide.t(), "slice": wide[1:4, ::2], "expanded": wide[:1].expand(5, 8), "ünï\"\\\n": torch.tensor([math.nan, math.inf, -0.0]),
        }
        for shard in (None, 300):
            tensors = read_folder(ec.save_checkpoint(state, shard or 0, self.folder, {}, max_shard_bytes=shard))
            self.assertEqual(set(tensors), set(state))
            for name, (kind, shape, content) in tensors.items():
                self.assertEqual((kind, shape), (ec._TYPES[state[name].dtype], list(state[name].shape)), name)
                self.assertEqual(content, own_bytes(state[name]), name)

    def test_complex_numbers_that_are_only_marked_as_conjugate_or_negative_are_resolved(self):
        z = torch.tensor([1 + 2j, 3 - 4j])
        tensors = read_file(ec.save_checkpoint({"z": z.conj(), "n": z.conj().imag}, 0, self.folder, {}) / "model.safetensors")
        self.assertEqual(tensors["z"][2], own_bytes(torch.view_as_real(torch.tensor([1 - 2j, 3 + 4j]))))
        self.assertEqual(tensors["n"][2], own_bytes(torch.tensor([-2.0, 4.0])))

    def test_a_tensor_longer_than_a_piece_is_written_whole(self):
        state = {"w": torch.arange(1000, dtype=torch.float32)}
        with mock.patch.object(ec, "_PIECE_BYTES", 96):
            tensors = read_folder(ec.save_checkpoint(state, 0, self.folder, {}))
        self.assertEqual(tensors["w"][2], own_bytes(state["w"]))

    def test_dtype_converts_floating_point_tensors_only_and_config_says_so(self):
        state = {"w": torch.randn(3, 4), "mask": torch.ones(2, dtype=torch.bool)}
        for given, spelling in ((torch.bfloat16, "BF16"), ("float16", "F16"), ("torch.float64", "F64")):
            place = ec.save_checkpoint(state, 0, self.folder, {"model_type": "x"}, dtype=given, overwrite=True)
            tensors = read_folder(place)
            self.assertEqual((tensors["w"][0], tensors["mask"][0]), (spelling, "BOOL"))
            kind = getattr(torch, str(given).replace("torch.", ""))
            self.assertEqual(tensors["w"][2], own_bytes(state["w"].to(kind)))
            self.assertEqual(json.loads((place / "config.json").read_text()), {"model_type": "x", "torch_dtype": str(kind)[6:]})

    def test_the_same_model_gives_the_same_bytes_in_any_order(self):
        a, b = torch.randn(3), torch.randn(2).half()
        first = ec.save_checkpoint({"a": a, "b": b}, 1, self.folder, {}) / "model.safetensors"
        second = ec.save_checkpoint({"b": b, "a": a}, 2, self.folder, {}) / "model.safetensors"
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_shards_hold_at_most_what_was_asked_for_and_a_larger_tensor_is_alone(self):
        state = {f"p{i}": torch.full((n,), float(i)) for i, n in enumerate([10, 10, 5, 100, 1, 24])}
        place = ec.save_checkpoint(state, 0, self.folder, {}, max_shard_bytes=100)
        shards = sorted(place.glob("model-*.safetensors"))
        self.assertEqual([p.name for p in shards], [f"model-0000{i}-of-00003.safetensors" for i in (1, 2, 3)])
        self.assertEqual([sorted(read_file(p)) for p in shards], [["p0", "p1", "p2"], ["p3"], ["p4", "p5"]])
        self.assertEqual(set(read_folder(place)), set(state))

    def test_one_tensor_at_a_time_is_copied(self):
        made, alive = [], []

        def watched(name):
            convert = getattr(torch.Tensor, name)

            def call(tensor, *arguments):
                if name == "to":
                    # The first of the conversions: whatever the tensor before this one needed must be gone.
                    alive.append(sum(copy() is not None for copy in made))
                result = convert(tensor, *arguments)
                if result is not tensor:
                    made.append(weakref.ref(result))
                return result

            return mock.patch.object(torch.Tensor, name, call)

        with contextlib.ExitStack() as patches:
            for name in ("to", "cpu", "contiguous", "resolve_conj", "resolve_neg"):
                patches.enter_context(watched(name))
            ec.save_checkpoint({f"p{i}": torch.randn(8, 8).t() for i in range(4)}, 0, self.folder, {}, dtype="float16")
        self.assertEqual(alive, [0, 0, 0, 0])
        self.assertGreaterEqual(len(made), 8)

    def test_the_safetensors_package_writes_what_it_can_take_where_it_is_installed(self):
        written = []

        def save_file(tensors, path, metadata):
            written.append((sorted(tensors), metadata))
            with mock.patch.object(ec, "_package", lambda: None):
                ec._write_safetensors(Path(path), [ec._Entry(n, t, t.dtype) for n, t in tensors.items()])

        package, module = types.ModuleType("safetensors"), types.ModuleType("safetensors.torch")
        module.save_file, package.torch = save_file, module
        wide = torch.randn(4, 4)
        with mock.patch.dict(sys.modules, {"safetensors": package, "safetensors.torch": module}):
            ec.save_checkpoint({"a": wide, "b": torch.nn.Parameter(torch.randn(3))}, 0, self.folder, {})
            self.assertEqual(written, [(["a", "b"], {"format": "pt"})])
            for other in ({"a": wide.t()}, {"a": wide[1:]}):
                ec.save_checkpoint(other, 0, self.folder, {}, overwrite=True)
                self.assertEqual(read_folder(self.folder / "step0")["a"][2], own_bytes(other["a"]))
            ec.save_checkpoint({"a": wide}, 1, self.folder, {}, dtype="bfloat16")
        self.assertEqual(len(written), 1)
        self.assertEqual(read_folder(self.folder / "step1")["a"][0], "BF16")

    @unittest.skipUnless(importlib.util.find_spec("safetensors"), "needs the safetensors package")
    def test_the_package_reads_what_was_written_here_and_the_other_way_round(self):
        from safetensors.torch import load_file

        state = {"a": torch.randn(4, 4), "b": torch.randn(3).bfloat16()}
        with mock.patch.object(ec, "_package", lambda: None):
            own = ec.save_checkpoint(state, 0, self.folder, {}) / "model.safetensors"
        theirs = ec.save_checkpoint(state, 1, self.folder, {}) / "model.safetensors"
        self.assertEqual(read_file(own), read_file(theirs))
        for file in (own, theirs):
            loaded = load_file(str(file))
            self.assertTrue(all(torch.equal(loaded[name], state[name]) for name in state))

    @unittest.skipUnless(torch.cuda.is_available(), "needs a CUDA device")
    def test_tensors_on_a_gpu_are_written_like_those_on_the_cpu(self):
        state = {"a": torch.randn(4, 4).cuda(), "t": torch.randn(4, 6).cuda().t()}
        tensors = read_folder(ec.save_checkpoint(state, 0, self.folder, {}, dtype="bfloat16"))
        self.assertEqual(tensors["t"][2], own_bytes(state["t"].cpu().bfloat16()))


class WhatIsSaved(FolderTest):
    def test_a_folder_has_the_files_of_a_checkpoint(self):
        place = ec.save_checkpoint(
            {"w": torch.ones(2)}, 12, self.folder, {"model_type": "gpt_neox"}, tokenizer={"model": {"vocab": {"é": 0}}}, tokens_seen=480, loss=2.5, marker=True)
        self.assertEqual(place, self.folder / "step12")
        self.assertEqual(sorted(p.name for p in place.iterdir()), ["COMPLETE", "config.json", "model.safetensors", "tokenizer.json", "trainer_state.json"])
        self.assertEqual(json.loads((place / "trainer_state.json").read_text()), {"step": 12, "global_step": 12, "tokens_seen": 480, "loss": 2.5})
        self.assertEqual(json.loads((place / "tokenizer.json").read_text(encoding="utf-8")), {"model": {"vocab": {"é": 0}}})
        self.assertEqual(self.names(), ["step12"])

    def test_a_loss_that_is_no_number_is_null_which_json_has_a_word_for(self):
        place = ec.save_checkpoint({"w": torch.ones(2)}, 0, self.folder, {}, loss=math.nan)
        self.assertIn('"loss": null', (place / "trainer_state.json").read_text())

    def test_tied_parameters_are_written_once_under_the_embeddings_name(self):
        place = ec.save_checkpoint(Tied(), 0, self.folder, {"model_type": "x"})
        self.assertEqual(list(read_folder(place)), ["embed.weight"])
        self.assertTrue(json.loads((place / "config.json").read_text())["tie_word_embeddings"])
        with self.assertRaisesRegex(ValueError, "embed.weight and head.weight share.*tie_word_embeddings is false"):
            ec.save_checkpoint(Tied(), 1, self.folder, {"tie_word_embeddings": False})

    def test_of_a_state_dict_the_first_of_the_tied_names_is_taken_unless_it_is_left_out(self):
        w = torch.ones(2, 3)
        state = {"a": w, "b": w, "c": w.t(), "d": w[0]}
        self.assertEqual(set(read_folder(ec.save_checkpoint(state, 0, self.folder, {}))), {"a", "c", "d"})
        self.assertEqual(set(read_folder(ec.save_checkpoint(state, 1, self.folder, {}, rename=lambda n: None if n == "a" else n))), {"b", "c", "d"})

    def test_names_of_wrappers_are_taken_off(self):
        inner = train_tiny.make_model(train_tiny.make_config("gpt_neox", 11, 1, 8, 2, 8))
        expected = set(inner.state_dict())

        class Wrapper(torch.nn.Module):
            def __init__(self, **parts):
                super().__init__()
                for name, part in parts.items():
                    setattr(self, name, part)

        wrapped = [
            Wrapper(module=inner), Wrapper(_orig_mod=inner), Wrapper(module=Wrapper(_orig_mod=inner)), Wrapper(_orig_mod=Wrapper(module=inner)), torch.nn.DataParallel(inner),
            {name.replace("layers.0.", "layers.0._checkpoint_wrapped_module."): value for name, value in inner.state_dict().items()},
        ]
        for step, model in enumerate(wrapped):
            self.assertEqual(set(read_folder(ec.save_checkpoint(model, step, self.folder, inner.config))), expected)
        # The configuration of the module inside is found too.
        ec.save_checkpoint(Wrapper(module=Wrapper(_orig_mod=inner)), 100, self.folder)
        self.assertEqual(json.loads((self.folder / "step100" / "config.json").read_text())["model_type"], "gpt_neox")
        with self.assertRaisesRegex(ValueError, "the same name"):
            ec.save_checkpoint({"a._orig_mod.w": torch.ones(1), "a.w": torch.ones(2)}, 101, self.folder, {})

    def test_rename_maps_names_and_leaves_out(self):
        state = {"blocks.0.w": torch.ones(2), "blocks.1.w": torch.zeros(3), "cache": "no tensor"}
        rename = lambda name: None if name == "cache" else name.replace("blocks", "gpt_neox.layers")  # noqa: E731
        self.assertEqual(set(read_folder(ec.save_checkpoint(state, 0, self.folder, {}, rename=rename))), {"gpt_neox.layers.0.w", "gpt_neox.layers.1.w"})
        with self.assertRaisesRegex(ValueError, "two parameters would be called x"):
            ec.save_checkpoint({"a": torch.ones(1), "b": torch.ones(2)}, 1, self.folder, {}, rename=lambda name: "x")

    def test_the_configuration_may_be_a_dict_an_object_a_file_or_the_models_own(self):
        class Config:
            def to_dict(self):
                return {"model_type": "x", "kind": torch.float16}

        class DiffConfig(Config):
            def to_diff_dict(self):
                return {"model_type": "diff"}

        (self.folder.parent / "c.json").write_text('{"model_type": "file"}')
        model = torch.nn.Linear(2, 2)
        model.config = {"model_type": "own"}
        for step, (config, expected) in enumerate([(Config(), "x"), (DiffConfig(), "diff"), (self.folder.parent / "c.json", "file"), (None, "own"), ({"model_type": "dict"}, "dict")]):
            place = ec.save_checkpoint(model, step, self.folder, config)
            self.assertEqual(json.loads((place / "config.json").read_text())["model_type"], expected)
        self.assertEqual(json.loads((self.folder / "step0" / "config.json").read_text())["kind"], "float16")

    def test_the_tokenizer_may_be_a_file_a_folder_or_an_object(self):
        source = self.folder.parent / "tokenizer.json"
        source.write_bytes('{"model":  {"é": 1}}'.encode())

        class Fast:
            def to_str(self, pretty):
                return '{"fast": true}'

        class Transformers:
            backend_tokenizer = Fast()

        for step, (tokenizer, content) in enumerate([(source, source.read_bytes()), (str(source.parent), source.read_bytes()), (Fast(), b'{"fast": true}'), (Transformers(), b'{"fast": true}')]):
            place = ec.save_checkpoint({"w": torch.ones(1)}, step, self.folder, {}, tokenizer=tokenizer)
            self.assertEqual((place / "tokenizer.json").read_bytes(), content)


class Refusals(FolderTest):
    def refused(self, error, words, model=None, step=1, config=None, **options):
        with self.assertRaisesRegex(error, words):
            ec.save_checkpoint({"w": torch.ones(2)} if model is None else model, step, self.folder, {} if config is None else config, **options)
        self.assertFalse(self.folder.exists() and self.names(), "something was left behind")

    def test_what_is_wrong_is_named_before_a_byte_is_written(self):
        self.refused(ValueError, "step is -1", step=-1)
        self.refused(ValueError, "step is True", step=True)
        self.refused(ValueError, "step is 1.5", step=1.5)
        self.refused(ValueError, "keep is 0", keep=0)
        self.refused(ValueError, "max_shard_bytes is 0", max_shard_bytes=0)
        self.refused(ValueError, "tokens_seen is -5", tokens_seen=-5)
        for name in ("step", "a/{step}", "{step}-{step}", ".{step}", "{step:05d}", "{x}{step}"):
            self.refused(ValueError, "name is", name=name)
        for dtype in ("int32", "nonsense", torch.int8, 16):
            self.refused(ValueError, "dtype is", dtype=dtype)
        self.refused(TypeError, "model is a list", model=[1])
        self.refused(ValueError, "no tensor to save", model={})
        self.refused(TypeError, "w is a str, not a tensor", model={"w": "x"})
        self.refused(ValueError, "w is spread over processes", model={"w": torch.zeros(0)})
        self.refused(ValueError, "w is no plain tensor", model={"w": torch.ones(2, 2).to_sparse()})
        self.refused(ValueError, "w is no plain tensor.*meta", model={"w": torch.ones(2, device="meta")})
        self.refused(TypeError, "complex128", model={"w": torch.ones(2, dtype=torch.complex128)})
        self.refused(ValueError, "rename gives ''", rename=lambda name: "")
        self.refused(TypeError, "config is a int", config=5)
        self.refused(TypeError, "config holds a set", config={"a": {1}})
        self.refused(ValueError, "config holds a number", config={"a": math.nan})
        self.refused(TypeError, "tokenizer is a int", tokenizer=7)
        self.refused(FileNotFoundError, "nowhere", tokenizer="nowhere.json")
        (self.folder.parent / "bad.json").write_text("[1]")
        self.refused(ValueError, "no JSON object", tokenizer=self.folder.parent / "bad.json")
        (self.folder.parent / "bad.json").write_text("{")
        self.refused(ValueError, "not JSON", tokenizer=self.folder.parent / "bad.json")
        with self.assertRaisesRegex(ValueError, "config is missing"):
            ec.save_checkpoint({"w": torch.ones(1)}, 0, self.folder)

    def test_a_checkpoint_that_is_there_is_refused_and_stays_unless_it_may_be_overwritten(self):
        ec.save_checkpoint({"w": torch.ones(2)}, 5, self.folder, {})
        with self.assertRaisesRegex(FileExistsError, "step5 is there already; give overwrite=True"):
            ec.save_checkpoint({"w": torch.zeros(2)}, 5, self.folder, {})
        self.assertEqual(read_folder(self.folder / "step5")["w"][2], own_bytes(torch.ones(2)))
        ec.save_checkpoint({"w": torch.zeros(2)}, 5, self.folder, {}, overwrite=True)
        self.assertEqual(read_folder(self.folder / "step5")["w"][2], own_bytes(torch.zeros(2)))
        self.assertEqual(self.names(), ["step5"])

    def test_a_second_writer_that_was_faster_is_noticed(self):
        flush = ec._flush_folder

        def faster(folder):
            flush(folder)
            (self.folder / "step5").mkdir()
            (self.folder / "step5" / "x").touch()

        with mock.patch.object(ec, "_flush_folder", faster), self.assertRaisesRegex(FileExistsError, "only one process"):
            ec.save_checkpoint({"w": torch.ones(2)}, 5, self.folder, {})
        self.assertEqual(self.names(), ["step5"])

    def test_a_full_disk_leaves_nothing_behind(self):
        with mock.patch.object(ec.os, "fsync", side_effect=OSError(28, "No space left on device")), self.assertRaisesRegex(OSError, "No space"):
            ec.save_checkpoint({"w": torch.ones(2)}, 5, self.folder, {})
        self.assertEqual(self.names(), [])


class Atomicity(FolderTest):
    def state(self, step):
        generator = torch.Generator().manual_seed(step)
        return {f"p{i}": torch.randn(5 + step % 3, 4, generator=generator) for i in range(4)}

    def save(self, step, **options):
        return ec.save_checkpoint(self.state(step), step, self.folder, {"model_type": "x"}, max_shard_bytes=170, marker=True, **options)

    def check_whole(self):
        """Everything under a checkpoint's name is that checkpoint, to the last byte."""
        found = self.steps()
        for step in found:
            place = self.folder / f"step{step}"
            tensors = read_folder(place)
            expected = self.state(step)
            assert set(tensors) == set(expected)
            assert all(content == own_bytes(expected[name]) for name, (_, _, content) in tensors.items()), step
            assert json.loads((place / "trainer_state.json").read_text())["step"] == step
            assert json.loads((place / "config.json").read_text())["model_type"] == "x"
            assert (place / "COMPLETE").exists()
        return found

    def test_every_file_and_folder_is_flushed_before_the_rename_and_the_parent_after_it(self):
        order = []
        fsync, rename = os.fsync, os.rename
        with mock.patch.object(ec.os, "fsync", lambda h: (order.append(os.readlink(f"/proc/self/fd/{h}")), fsync(h))), mock.patch.object(
            ec.os, "rename", lambda a, b: (order.append("rename"), rename(a, b))
        ):
            place = self.save(3)
        at = order.index("rename")
        self.assertEqual({Path(p).name for p in order[:at - 1]}, {p.name for p in place.iterdir()})
        self.assertTrue(Path(order[at - 1]).name.startswith(".emergence-saving-step3-"))
        self.assertEqual(order[at + 1:], [str(self.folder)])

    def test_whenever_somebody_looks_what_is_under_a_name_is_whole(self):
        seen = set()
        looks = 0

        def look(frame, event, argument):
            # Each call of a built-in function, before and after: every system call is one of these.
            nonlocal looks
            if event.startswith("c_") and self.folder.exists():
                sys.setprofile(None)
                seen.add(tuple(self.check_whole()))
                looks += 1
                sys.setprofile(look)

        for step in range(4):
            sys.setprofile(look)
            try:
                self.save(step, keep=2)
            finally:
                sys.setprofile(None)
        sys.setprofile(look)
        try:
            self.save(3, keep=2, overwrite=True)
        finally:
            sys.setprofile(None)
        self.assertGreater(looks, 500)
        self.assertEqual(seen, {(), (0,), (0, 1), (0, 1, 2), (1, 2), (1, 2, 3), (2, 3), (2,)})

    def test_killed_at_random_moments_what_is_under_a_name_is_whole_and_the_next_save_clears_up(self):
        draw = random.Random(20)
        reached = set()
        for kill in range(60):
            # The child dies by SIGKILL in the middle of its n-th call of a built-in function; every third one counts from
            # where the oldest checkpoint is deleted, which is short beside writing.
            moment, begin = (draw.randrange(1, 5000), "save_checkpoint") if kill % 3 else (draw.randrange(1, 150), "_rotate")
            child = os.fork()
            if child == 0:
                try:
                    calls = 0

                    def count(frame, event, argument):
                        nonlocal calls
                        calls += event.startswith("c_") if calls > 0 or begin == "save_checkpoint" else frame.f_code.co_name == begin
                        if calls >= moment:
                            os.kill(os.getpid(), signal.SIGKILL)

                    first = max(self.steps(), default=-1) + 1 if self.folder.exists() else 0
                    sys.setprofile(count)
                    for step in range(first, first + 50):
                        self.save(step, keep=3)
                finally:
                    os._exit(1)
            _, status = os.waitpid(child, 0)
            self.assertEqual(os.WTERMSIG(status) if os.WIFSIGNALED(status) else status, signal.SIGKILL)
            if self.folder.exists():
                self.check_whole()
                reached.update(kind for name in self.names() for kind in ("saving", "deleting") if name.startswith(f".emergence-{kind}"))
        self.assertEqual(reached, {"saving", "deleting"}, "no kill came in the middle of both")
        last = max(self.steps()) + 1
        self.save(last, keep=3)
        self.assertEqual(self.names(), [f"step{s}" for s in sorted(self.check_whole(), key=str)])
        self.assertEqual(len(self.steps()), 3)

    def test_a_draft_of_a_process_that_lives_is_left_alone(self):
        self.folder.mkdir()
        theirs, dead = self.folder / f".emergence-saving-step1-{os.getppid()}", self.folder / ".emergence-saving-step1-4194999"
        theirs.mkdir()
        dead.mkdir()
        self.save(2)
        self.assertEqual(self.names(), [theirs.name, "step2"])


class Rotation(FolderTest):
    def save(self, step, **options):
        return ec.save_checkpoint({"w": torch.full((2,), float(step))}, step, self.folder, {}, **options)

    def test_the_lowest_steps_go_when_the_new_one_is_in_place(self):
        for step in (9, 10, 100, 2000):
            self.save(step, keep=2)
        self.assertEqual(self.names(), ["step100", "step2000"])

    def test_other_folders_and_other_names_stay(self):
        for step in range(3):
            self.save(step, name="checkpoint-{step}")
        for other in ("step1", "checkpoint-x", "checkpoint-1-copy", "xcheckpoint-1", "runs"):
            (self.folder / other).mkdir()
        (self.folder / "checkpoint-00").touch()
        self.save(7, keep=1, name="checkpoint-{step}")
        self.assertEqual(self.names(), ["checkpoint-00", "checkpoint-1-copy", "checkpoint-7", "checkpoint-x", "runs", "step1", "xcheckpoint-1"])

    def test_the_new_one_stays_also_behind_higher_steps_of_a_training_before(self):
        for step in (600, 700):
            self.save(step)
        self.save(510, keep=2)
        self.assertEqual(self.steps(), [510, 700])

    def test_what_cannot_be_deleted_is_a_warning_and_not_the_end_of_the_training(self):
        self.save(1)
        with mock.patch.object(ec.shutil, "rmtree", side_effect=PermissionError("no")), self.assertWarnsRegex(RuntimeWarning, "could not be deleted: no"):
            self.save(2, keep=1)
        self.assertEqual(self.steps(), [2])
        self.save(3, keep=1)
        self.assertEqual(self.names(), ["step3"])


class Grid(FolderTest):
    def test_it_is_logarithmic_first_and_linear_later(self):
        self.assertEqual(list(ec.checkpoint_steps(3100)), [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 2000, 3000, 3100])
        self.assertEqual(list(ec.checkpoint_steps(24, 8)), [0, 1, 2, 4, 8, 16, 24])
        self.assertEqual(list(ec.checkpoint_steps(3, 1)), [0, 1, 2, 3])
        self.assertEqual(list(ec.checkpoint_steps(0)), [0])
        self.assertEqual(list(ec.checkpoint_steps(1)), [0, 1])

    def test_both_ways_of_asking_agree(self):
        for until in range(0, 70):
            for every in (1, 2, 3, 7, 16, 64, 100):
                expected = [s for s in range(until + 1) if s == until or ec.is_checkpoint_step(s, every)]
                self.assertEqual(list(ec.checkpoint_steps(until, every)), expected, (until, every))

    def test_a_bad_grid_is_refused(self):
        for arguments in ((-1,), (5, 0), (2.5,)):
            with self.assertRaises(ValueError):
                list(ec.checkpoint_steps(*arguments))

    def test_a_loop_saves_on_it_and_a_loop_that_is_started_again_passes_over_what_is_there(self):
        model = torch.nn.Linear(2, 2)
        save = ec.SaveOnGrid(self.folder, {"model_type": "x"}, until=11, linear_every=4)
        saved = [step for step in range(12) if save(model, step, tokens_seen=step) is not None]
        self.assertEqual(saved, [0, 1, 2, 4, 8, 11])
        self.assertEqual(self.steps(), saved)
        self.assertIsNone(save(model, 8))
        self.assertIsNotNone(ec.SaveOnGrid(self.folder, {}, overwrite=True)(model, 8))

    def test_a_misspelt_option_is_refused_before_the_training_begins(self):
        with self.assertRaisesRegex(TypeError, "no option keeps"):
            ec.SaveOnGrid(self.folder, {}, keeps=3)
        with self.assertRaisesRegex(ValueError, "name is"):
            ec.SaveOnGrid(self.folder, {}, name="x")


class FakeTrainer:
    """Calls its callbacks as Transformers' Trainer does, every event by its name, the model and more as keywords."""

    def __init__(self, model, steps, callback, tokenizer=None, main=True, log_every=2):
        self.model, self.steps, self.callback, self.tokenizer, self.log_every = model, steps, callback, tokenizer, log_every
        self.state = types.SimpleNamespace(is_world_process_zero=main, global_step=0, log_history=[], num_input_tokens_seen=0)
        self.control = object()

    def call(self, event, **more):
        result = getattr(self.callback, event)(
            None, self.state, self.control, model=self.model, processing_class=self.tokenizer, optimizer=None, lr_scheduler=None, train_dataloader=None, eval_dataloader=None, **more)
        assert result is None, event

    def train(self):
        self.call("on_init_end")
        self.call("on_train_begin")
        self.call("on_epoch_begin")
        while self.state.global_step < self.steps:
            self.call("on_step_begin")
            self.call("on_pre_optimizer_step")
            self.call("on_optimizer_step")
            self.state.global_step += 1
            self.state.num_input_tokens_seen += 10
            with torch.no_grad():
                next(self.model.parameters()).fill_(self.state.global_step)
            self.call("on_step_end")
            if self.state.global_step % self.log_every == 0:
                self.state.log_history.append({"loss": 10.0 - self.state.global_step, "step": self.state.global_step})
                self.call("on_log", logs={})
        self.call("on_evaluate", metrics={})
        self.call("on_save")
        self.call("on_epoch_end")
        self.call("on_train_end")


class Callback(FolderTest):
    def model(self):
        model = torch.nn.Linear(2, 2)
        model.config = types.SimpleNamespace(to_dict=lambda: {"model_type": "x"})
        return model

    def test_it_saves_on_the_grid_and_at_the_end(self):
        FakeTrainer(self.model(), 11, ec.EmergenceCallback(self.folder, linear_every=4)).train()
        self.assertEqual(self.steps(), [0, 1, 2, 4, 8, 11])
        for step in self.steps():
            state = json.loads((self.folder / f"step{step}" / "trainer_state.json").read_text())
            expected = {"step": step, "global_step": step}
            if step > 0:
                # At the end the step has been logged, on the grid the one before it.
                expected["tokens_seen"] = 10 * step
            if step > 2:
                expected["loss"] = 10.0 - (step - 1 if step == 11 else step - 2)
            self.assertEqual(state, expected)
            if step > 0:
                self.assertEqual(read_folder(self.folder / f"step{step}")["weight"][2], own_bytes(torch.full((2, 2), float(step))))

    def test_only_the_main_process_saves(self):
        FakeTrainer(self.model(), 3, ec.EmergenceCallback(self.folder), main=False).train()
        self.assertFalse(self.folder.exists())

    def test_options_go_on_to_save_checkpoint_and_the_trainers_fast_tokenizer_is_taken(self):
        fast = types.SimpleNamespace(backend_tokenizer=types.SimpleNamespace(to_str=lambda pretty: "{}"))
        FakeTrainer(self.model(), 8, ec.EmergenceCallback(self.folder, keep=2, dtype="bfloat16", name="checkpoint-{step}"), tokenizer=fast).train()
        self.assertEqual(self.names(), ["checkpoint-4", "checkpoint-8"])
        self.assertEqual((self.folder / "checkpoint-8" / "tokenizer.json").read_text(), "{}")
        self.assertEqual(read_folder(self.folder / "checkpoint-8")["weight"][0], "BF16")
        slow = self.folder / "slow"
        FakeTrainer(self.model(), 1, ec.EmergenceCallback(slow), tokenizer=object()).train()
        self.assertFalse((slow / "step1" / "tokenizer.json").exists())

    def test_a_training_that_goes_on_passes_over_what_it_saved_before(self):
        for _ in range(2):
            FakeTrainer(self.model(), 4, ec.EmergenceCallback(self.folder)).train()
        self.assertEqual(self.steps(), [0, 1, 2, 4])

    def test_an_event_that_is_none_is_no_attribute(self):
        with self.assertRaises(AttributeError):
            ec.EmergenceCallback(self.folder).something_else
        with self.assertRaisesRegex(TypeError, "no option keeps"):
            ec.EmergenceCallback(self.folder, keeps=1)

    def test_where_transformers_was_imported_before_it_is_a_TrainerCallback(self):
        class TrainerCallback:
            def on_log(self, args, state, control, **kwargs):
                return None

        fake = types.ModuleType("transformers")
        fake.TrainerCallback = TrainerCallback
        broken = types.ModuleType("transformers")
        broken.__getattr__ = mock.Mock(side_effect=RuntimeError("a dependency is missing"))
        spec = importlib.util.spec_from_file_location("again", EXAMPLES / "emergence_checkpoints.py")
        for installed, base in ((fake, TrainerCallback), (broken, object)):
            again = importlib.util.module_from_spec(spec)
            with mock.patch.dict(sys.modules, {"transformers": installed, "again": again}):
                spec.loader.exec_module(again)
            self.assertIs(again.EmergenceCallback.__base__, base)
            FakeTrainer(self.model(), 2, again.EmergenceCallback(self.folder / base.__name__)).train()
            self.assertTrue((self.folder / base.__name__ / "step2").exists())

    @unittest.skipUnless(importlib.util.find_spec("transformers"), "needs Transformers")
    def test_the_real_trainer_takes_it_and_the_real_models_load_what_it_saved(self):
        from transformers import AutoModelForCausalLM, GPTNeoXConfig, GPTNeoXForCausalLM, Trainer, TrainingArguments

        config = GPTNeoXConfig(vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, max_position_embeddings=16)
        data = [{"input_ids": torch.arange(8), "labels": torch.arange(8)} for _ in range(16)]
        arguments = TrainingArguments(output_dir=str(self.folder / "trainer"), max_steps=3, report_to=[], save_strategy="no")
        model = GPTNeoXForCausalLM(config)
        Trainer(model=model, args=arguments, train_dataset=data, callbacks=[ec.EmergenceCallback(self.folder)]).train()
        self.assertEqual(self.steps(), [0, 1, 2, 3])
        loaded = AutoModelForCausalLM.from_pretrained(self.folder / "step3")
        self.assertTrue(all(torch.equal(a, b.cpu()) for a, b in zip(loaded.parameters(), model.parameters())))


class Example(FolderTest):
    def run_main(self, *arguments):
        with mock.patch.object(sys, "argv", ["train_tiny.py", *map(str, arguments)]), mock.patch("builtins.print"):
            train_tiny.main()

    def test_each_family_trains_saves_and_rotates(self):
        text = self.folder.parent / "text.txt"
        draw = random.Random(3)
        text.write_text(" ".join(f"w{draw.randrange(20)}" for _ in range(400)))
        for family in train_tiny.FAMILIES:
            folder = self.folder / family
            self.run_main(text, folder, "--family", family, "--steps", 20, "--every", 8, "--keep", 3, "--width", 16, "--heads", 2, "--context", 8)
            self.assertEqual(sorted(p.name for p in folder.iterdir()), ["step16", "step20", "step8"])
            tokenizer = json.loads((folder / "step20" / "tokenizer.json").read_text())
            self.assertEqual(len(tokenizer["model"]["vocab"]), 21)
            self.assertEqual(json.loads((folder / "step20" / "trainer_state.json").read_text())["tokens_seen"], 20 * 16 * 8)

    def test_the_same_seed_gives_the_same_weights_and_another_gives_others(self):
        text = self.folder.parent / "text.jsonl"
        text.write_text("\n".join(json.dumps({"id": str(i), "tokens": ["a", "B", "c", "b"] * 5}) for i in range(3)))
        weights = []
        for name, seed in (("one", 0), ("two", 0), ("three", 1)):
            self.run_main(text, self.folder / name, "--steps", 3, "--width", 8, "--heads", 2, "--context", 8, "--seed", seed)
            weights.append((self.folder / name / "step3" / "model.safetensors").read_bytes())
        self.assertEqual(weights[0], weights[1])
        self.assertNotEqual(weights[0], weights[2])

    def test_training_lowers_the_loss(self):
        config = train_tiny.make_config("gpt_neox", 5, 1, 16, 2, 8)
        losses = []
        train_tiny.train(train_tiny.make_model(config), torch.tensor([1, 2, 3, 4] * 50), 60, 8, 8, 1e-2, 0, lambda model, step, loss: losses.append(loss))
        self.assertIsNone(losses[0])
        self.assertLess(losses[-1], 0.3 * losses[1])


class Documentation(FolderTest):
    """Every Python block of the documentation that names the module runs as it stands."""

    def test_the_blocks_of_the_documentation_run(self):
        blocks = []
        for page in (EXAMPLES / "README.md", ROOT / "README.md"):
            blocks += [b for b in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S) if "emergence_checkpoints" in b]
        self.assertGreaterEqual(len(blocks), 2)
        before = os.getcwd()
        self.folder.parent.mkdir(exist_ok=True)
        os.chdir(self.folder.parent)
        self.addCleanup(os.chdir, before)
        Path("tokenizer.json").write_text("{}")
        for block in blocks:
            model = torch.nn.Linear(2, 2)
            model.config = {"model_type": "x"}

            def train_one_step():
                with torch.no_grad():
                    model.weight.add_(1)
                return torch.tensor(1.5)

            trainer = mock.Mock()
            names = {"model": model, "config": {"model_type": "x"}, "steps": 9, "train_one_step": train_one_step, "trainer": trainer}
            exec(compile(block, "documentation", "exec"), names)
            for (callback,), _ in trainer.add_callback.call_args_list:
                FakeTrainer(model, 9, callback).train()
            self.assertEqual(self.steps()[-1], 9, block)
            ec.shutil.rmtree(self.folder)


if __name__ == "__main__":
    warnings.simplefilter("error", ResourceWarning)
    unittest.main(verbosity=2)
