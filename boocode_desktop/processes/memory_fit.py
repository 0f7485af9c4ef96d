"""Whether a model fits into memory, and with how much context: arithmetic on a header and the machine's memory."""

from typing import Literal

from boocode_desktop.processes.gguf import GgufHeader
from boocode_desktop.processes.memory import MachineMemory

Fit = Literal["yes", "tight", "no", "unknown"]

LEAST_CONTEXT = 4_096
MOST_CONTEXT = 32_768
"""What is taken unasked: enough for an agent at work; more costs memory that other programs may want."""

OVERHEAD = 300 * 1024 * 1024
COMFORT = 0.85


def needed_bytes(header: GgufHeader, context: int, *, weights: int = 0) -> int:
    """Memory for a model with that much context; `weights` where the file has further parts."""
    return (weights or header.file_size) + context * header.kv_bytes_per_token + OVERHEAD


def fits(header: GgufHeader, machine: MachineMemory, *, weights: int = 0) -> Fit:
    """Whether a model fits with the least useful context: easily, only if other programs give way, or not at all."""
    if machine.total <= 0:
        return "unknown"
    needed = needed_bytes(header, LEAST_CONTEXT, weights=weights)
    if needed <= machine.available * COMFORT:
        return "yes"
    return "tight" if needed <= machine.total * COMFORT else "no"


def choose_context(header: GgufHeader, machine: MachineMemory, *, weights: int = 0) -> int:
    """The context to take unasked: the model's own, bounded by `MOST_CONTEXT` and by memory; 0 if it does not say."""
    if not header.context_size:
        return 0
    most = min(header.context_size, MOST_CONTEXT)
    if not header.kv_bytes_per_token or machine.total <= 0:
        return most
    room = machine.available * COMFORT - needed_bytes(header, 0, weights=weights)
    affordable = int(room // header.kv_bytes_per_token) // 1024 * 1024
    return min(most, max(affordable, LEAST_CONTEXT))
