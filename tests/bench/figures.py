"""How benchmarks print: one row a figure, beside its aim and a baseline measured in the same run."""

import time
from collections.abc import Callable, Sequence


def best_of(times: int, measure: Callable[[], float]) -> float:
    """The smallest of several measurements."""
    return min(measure() for _ in range(times))


def milliseconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def row(name: str, value: float, unit: str, aim: str, *, baseline: float | None = None) -> None:
    """Print one figure."""
    ratio = f"  {value / baseline:6.2f} x baseline {baseline:.1f} {unit}" if baseline else ""
    print(f"{name:<58} {value:9.1f} {unit:<3} aim {aim:<18}{ratio}", flush=True)
