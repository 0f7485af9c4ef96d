"""Headers of model files, without a model: enough for everything that only reads headers."""

import struct
from typing import Any


def gguf_string(text: str) -> bytes:
    """A string as the format has it."""
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: Any) -> bytes:
    match value:
        case bool():
            return struct.pack("<I?", 7, value)
        case int():
            return struct.pack("<IQ", 10, value)
        case float():
            return struct.pack("<Id", 12, value)
        case str():
            return struct.pack("<I", 8) + gguf_string(value)
        case [str(), *_]:
            return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(gguf_string(item) for item in value)
        case _:
            return struct.pack("<IIQ", 9, 4, len(value)) + struct.pack(f"<{len(value)}I", *value)


def header_bytes(metadata: dict[str, Any], *, version: int = 3, tensors: int = 0) -> bytes:
    """A file of nothing but a header with these metadata."""
    pairs = b"".join(gguf_string(name) + _value(value) for name, value in metadata.items())
    return b"GGUF" + struct.pack("<IQQ", version, tensors, len(metadata)) + pairs
