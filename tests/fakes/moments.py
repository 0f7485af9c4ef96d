"""The random moments that every fault which can vary is tried at: as many everywhere, the same ones every time."""

import os

import pytest

MOMENTS = int(os.environ.get("BOOCODE_FAULT_MOMENTS", "20"))
"""How many; a night may ask for more."""

at_random_moments = pytest.mark.parametrize("moment", range(MOMENTS))
"""Gives a test its `moment`, the seed of everything random in it."""
