"""Headers of model files: read, guessed from, and refused."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boocode_desktop.processes.gguf import GgufError, describe, read_header, read_metadata
from boocode_desktop.processes.memory import MachineMemory
from boocode_desktop.processes.memory_fit import choose_context, fits, needed_bytes
from tests.fakes.gguf_header import gguf_string, header_bytes

GIB = 1 << 30


LLAMA_7B = {
    "general.architecture": "llama",
    "general.type": "model",
    "general.name": "Big One",
    "general.size_label": "7B",
    "general.file_type": 15,
    "llama.context_length": 131_072,
    "llama.embedding_length": 4096,
    "llama.block_count": 32,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
}


def test_a_usual_header(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(header_bytes({**LLAMA_7B, "tokenizer.ggml.tokens": ["a", "b"], "after": 1}) + b"tensors")
    header = read_header(path)
    assert (header.name, header.architecture, header.kind) == ("Big One", "llama", "model")
    assert (header.quantisation, header.parameters, header.context_size) == ("Q4_K_M", 7_000_000_000, 131_072)
    assert header.kv_bytes_per_token == 2 * 2 * 32 * 8 * 128
    assert header.file_size == path.stat().st_size


def test_names_and_sizes_are_guessed_where_the_file_is_silent(tmp_path: Path) -> None:
    path = tmp_path / "silent-one.gguf"
    path.write_bytes(header_bytes({"general.architecture": "llama", "general.file_type": 7}) + bytes(8_500_000))
    header = read_header(path)
    assert header.name == "silent-one"
    assert header.parameters == pytest.approx(8_000_000, rel=0.01)
    assert (header.context_size, header.kv_bytes_per_token) == (0, 0)


@pytest.mark.parametrize(
    ("label", "parameters"),
    [("7B", 7e9), ("8x7B", 56e9), ("360M", 360e6), ("0.1M", 1e5), ("1.5b", 1.5e9), ("tiny", 0), ("", 0), ("xB", 0)],
)
def test_size_labels(label: str, parameters: float) -> None:
    described = describe({"general.size_label": label}, file_size=1, fallback_name="n")
    assert described.parameters == parameters


def test_heads_may_differ_from_layer_to_layer() -> None:
    metadata = {**LLAMA_7B, "llama.block_count": 3, "llama.attention.head_count_kv": [8, 0, 4]}
    assert describe(metadata, file_size=1, fallback_name="n").kv_bytes_per_token == 12 * 256 * 2


def test_a_projector_is_recognised() -> None:
    assert describe({"general.architecture": "clip"}, file_size=1, fallback_name="n").kind == "mmproj"
    typed = {"general.architecture": "clip", "general.type": "mmproj"}
    assert describe(typed, file_size=1, fallback_name="n").kind == "mmproj"


def test_long_arrays_are_passed_over() -> None:
    metadata = {"long": list(range(5_000)), "words": ["w"] * 2_000, "short": [1, 2], "flag": True, "half": 0.5}
    found = read_metadata(io.BytesIO(header_bytes(metadata)))
    assert found == {"short": [1, 2], "flag": True, "half": 0.5}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "cut off"),
        (b"GGML" + bytes(100), "does not begin"),
        (b"GGUF" + struct.pack("<I", 1) + bytes(100), "version 1 is unknown"),
        (b"GGUF" + struct.pack(">I", 3) + bytes(100), "is unknown"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 60), "absurd"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 0), "absurd"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62), "absurd"),
        (header_bytes({"a": "x" * 50})[:-10], "cut off"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + gguf_string("a") + struct.pack("<I", 99), "unknown type 99"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + gguf_string("a") + struct.pack("<IIQ", 9, 9, 1), "unknown type 9"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + gguf_string("a") + struct.pack("<IIQ", 9, 10, 1 << 60), "absurd"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + gguf_string("a") + struct.pack("<IIQ", 9, 8, 1 << 60), "cut off"),
    ],
)
def test_garbage_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(GgufError, match=why):
        read_metadata(io.BytesIO(content))


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_header_is_read_or_refused_but_never_breaks_us(data: st.DataObject) -> None:
    whole = bytearray(header_bytes(LLAMA_7B))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        header = describe(read_metadata(io.BytesIO(damaged)), file_size=len(damaged), fallback_name="n")
    except GgufError:
        return
    assert header.context_size >= 0
    assert header.kv_bytes_per_token >= 0
    assert fits(header, MachineMemory(total=16 * GIB, available=8 * GIB)) in ("yes", "tight", "no")


def _seven_billion() -> Any:
    return describe(LLAMA_7B, file_size=4 * GIB, fallback_name="n")


@pytest.mark.parametrize(
    ("total", "available", "fit"), [(32, 20, "yes"), (32, 3, "tight"), (4, 3, "no"), (0, 0, "unknown")]
)
def test_fitting(total: int, available: int, fit: str) -> None:
    assert fits(_seven_billion(), MachineMemory(total=total * GIB, available=available * GIB)) == fit


@pytest.mark.parametrize(("available", "context"), [(64, 32_768), (6, 6144), (1, 4096)])
def test_the_context_follows_the_memory(available: int, context: int) -> None:
    chosen = choose_context(_seven_billion(), MachineMemory(total=64 * GIB, available=available * GIB))
    assert chosen == context


def test_context_without_facts() -> None:
    machine = MachineMemory(total=8 * GIB, available=8 * GIB)
    silent = describe({}, file_size=1, fallback_name="n")
    assert choose_context(silent, machine) == 0
    short = describe({"general.architecture": "a", "a.context_length": 2048}, file_size=1, fallback_name="n")
    assert choose_context(short, machine) == 2048


def test_further_parts_count() -> None:
    header = _seven_billion()
    assert needed_bytes(header, 0, weights=10 * GIB) - needed_bytes(header, 0) == 6 * GIB
