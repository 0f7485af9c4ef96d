"""Reads the header of a model file: what model it is, without loading it. A small parser that trusts nothing.

GGUF: the magic, a version, the number of tensors and of metadata pairs, then the pairs (name, type, value), all little
endian. The vocabulary comes last among what the usual writers put there, and is long: reading stops in front of it.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

MAGIC = b"GGUF"
VERSIONS = (2, 3)
STRING, ARRAY, BOOL = 8, 9, 7
FIXED = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

MAX_PAIRS = 4_096
MAX_NAME = 1_024
MAX_TEXT = 4 * 1024 * 1024
MAX_BYTES = 8 * 1024 * 1024
MAX_KEPT_ITEMS = 1_024

QUANTISATIONS = (
    *("F32", "F16", "Q4_0", "Q4_1", "", "", "", "Q8_0", "Q5_0", "Q5_1", "Q2_K", "Q3_K_S", "Q3_K_M", "Q3_K_L"),
    *("Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K", "IQ2_XXS", "IQ2_XS", "Q2_K_S", "IQ3_XS", "IQ3_XXS", "IQ1_S"),
    *("IQ4_NL", "IQ3_S", "IQ3_M", "IQ2_S", "IQ2_M", "IQ4_XS", "IQ1_M", "BF16", "", "", "", "TQ1_0", "TQ2_0"),
    *("MXFP4", "NVFP4", "Q1_0"),
)
"""Names by the number of the file type."""
BITS_PER_WEIGHT = (
    *(("BF16", 16.0), ("F16", 16.0), ("F32", 32.0), ("Q8", 8.5), ("Q6", 6.6), ("Q5", 5.6), ("Q4", 4.7), ("Q3", 3.8)),
    *(("Q2", 2.9), ("Q1", 1.1), ("IQ4", 4.4), ("IQ3", 3.5), ("IQ2", 2.5), ("IQ1", 1.8), ("TQ", 2.0), ("MXFP4", 4.3)),
    ("NVFP4", 4.5),
)
"""By how the name begins; what files of that kind take on average."""


class GgufError(Exception):
    """Not a model file that can be read, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHeader:
    """What a model file says of itself.

    Attributes:
        kind: `model`, or `mmproj` for a projector, `adapter`, …
        context_size: Tokens it was trained for; 0 if unknown.
        parameters: Number of weights: what its size label says, else a guess from the size of the file.
        width: Numbers per token inside a model, or that a projector makes; a pair must agree. 0 if unknown.
        kv_bytes_per_token: Memory per token of context at 16 bits a value; 0 if unknown.
    """

    name: str
    architecture: str
    kind: str
    quantisation: str
    context_size: int
    parameters: int
    width: int
    kv_bytes_per_token: int
    file_size: int


def read_header(path: Path) -> GgufHeader:
    """Read a file's header. Blocks for some milliseconds.

    Raises:
        GgufError: it is no GGUF file, of a version we do not know, cut off, or absurd.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        return describe(read_metadata(file), file_size=size, fallback_name=path.stem)


def read_metadata(file: BinaryIO) -> dict[str, Any]:
    """The metadata pairs in front of the vocabulary; long arrays are left out.

    Raises:
        GgufError: as `read_header`.
    """
    reader = _Reader(file)
    if reader.take(4) != MAGIC:
        raise GgufError("it does not begin with GGUF")
    version = reader.number("I")
    if version not in VERSIONS:
        raise GgufError(f"its format version {version} is unknown")
    tensors, pairs = reader.number("Q"), reader.number("Q")
    if pairs > MAX_PAIRS or tensors > 1 << 24:
        raise GgufError("its header is absurd")
    found: dict[str, Any] = {}
    for _ in range(pairs):
        name = reader.text(MAX_NAME)
        kind = reader.number("I")
        if name.startswith("tokenizer.") and kind == ARRAY:
            break
        value = reader.value(kind)
        if value is not None:
            found[name] = value
    return found


class _Reader:
    """Takes values off a stream, never more than the header may have."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MAX_BYTES

    def take(self, size: int) -> bytes:
        """Exactly that many bytes."""
        if size > self._left:
            raise GgufError("its header is absurd")
        self._left -= size
        data = self._file.read(size)
        if len(data) != size:
            raise GgufError("it is cut off within its header")
        return data

    def number(self, code: str) -> Any:
        """A number of fixed size."""
        (value,) = struct.unpack(f"<{code}", self.take(struct.calcsize(code)))
        return value

    def text(self, limit: int) -> str:
        """A string."""
        size = self.number("Q")
        if size > limit:
            raise GgufError("its header is absurd")
        return self.take(size).decode(errors="replace")

    def value(self, kind: int) -> Any:
        """A value; None for an array that is too long to keep."""
        if kind == STRING:
            return self.text(MAX_TEXT)
        if kind == ARRAY:
            return self._array()
        if kind not in FIXED:
            raise GgufError(f"it holds a value of unknown type {kind}")
        return self.number(FIXED[kind])

    def _array(self) -> list[Any] | None:
        kind, count = self.number("I"), self.number("Q")
        if kind == STRING:
            items = [self.text(MAX_TEXT) for _ in range(min(count, MAX_BYTES))]
        elif kind in FIXED:
            code = FIXED[kind]
            data = self.take(count * struct.calcsize(code))
            items = list(struct.unpack(f"<{count}{code}", data)) if count <= MAX_KEPT_ITEMS else []
        else:
            raise GgufError(f"it holds an array of unknown type {kind}")
        return items if count <= MAX_KEPT_ITEMS else None


def describe(metadata: dict[str, Any], *, file_size: int, fallback_name: str) -> GgufHeader:
    """The header that metadata amounts to."""
    architecture = _text(metadata.get("general.architecture"))
    kind = _text(metadata.get("general.type")) or ("mmproj" if architecture == "clip" else "model")
    quantisation = _quantisation(metadata.get("general.file_type"))
    return GgufHeader(
        name=_text(metadata.get("general.name")) or fallback_name,
        architecture=architecture,
        kind=kind,
        quantisation=quantisation,
        context_size=_whole(metadata.get(f"{architecture}.context_length")),
        parameters=_parameters(metadata, quantisation, file_size),
        width=_whole(
            metadata.get("clip.vision.projection_dim" if kind == "mmproj" else f"{architecture}.embedding_length")
        ),
        kv_bytes_per_token=_kv_bytes_per_token(metadata, architecture),
        file_size=file_size,
    )


def _quantisation(file_type: Any) -> str:
    known = isinstance(file_type, int) and 0 <= file_type < len(QUANTISATIONS)
    return QUANTISATIONS[file_type] if known else ""


def _parameters(metadata: dict[str, Any], quantisation: str, file_size: int) -> int:
    """The stated number, else the label (7B, 8x7B, 360M), else what the size of the file suggests."""
    stated = _whole(metadata.get("general.parameter_count"))
    return stated or _parse_label(_text(metadata.get("general.size_label"))) or _guess(quantisation, file_size)


def _parse_label(label: str) -> int:
    times, _, size = label.upper().rpartition("X")
    scale = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}.get(size[-1:], 0.0)
    try:
        return round(float(size[:-1]) * scale * int(times or 1))
    except (ValueError, OverflowError):
        return 0


def _guess(quantisation: str, file_size: int) -> int:
    bits = next((bits for prefix, bits in BITS_PER_WEIGHT if quantisation.startswith(prefix)), 0.0)
    return round(file_size * 8 / bits) if bits else 0


def _kv_bytes_per_token(metadata: dict[str, Any], architecture: str) -> int:
    """Two vectors of 16-bit values per layer; heads may differ from layer to layer."""
    layers = _whole(metadata.get(f"{architecture}.block_count"))
    heads = _per_layer(metadata.get(f"{architecture}.attention.head_count"), layers)
    kv_heads = _per_layer(metadata.get(f"{architecture}.attention.head_count_kv"), layers) or heads
    width = _whole(metadata.get(f"{architecture}.embedding_length"))
    if not layers or not kv_heads or not max(heads, default=0):
        return 0
    key = _whole(metadata.get(f"{architecture}.attention.key_length")) or width // max(heads)
    value = _whole(metadata.get(f"{architecture}.attention.value_length")) or key
    return sum(kv_heads) * (key + value) * 2


def _per_layer(value: Any, layers: int) -> list[int]:
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return [_whole(value)] * min(layers, MAX_KEPT_ITEMS) if _whole(value) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and 0 < value < 1 << 62 else 0
