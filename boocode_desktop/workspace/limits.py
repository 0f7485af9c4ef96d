"""How much of a file is compared and shown."""

TEXT_LIMIT = 2 * 1024 * 1024
"""Larger texts are shown in part, bytes."""
COMPARE_LIMIT = 32 * 1024 * 1024
"""Larger files are treated as binary, bytes."""
HUNK_LIMIT = 200
"""How many hunks of a text that is too large are shown."""
TOO_LARGE = "too large to compare line by line"
