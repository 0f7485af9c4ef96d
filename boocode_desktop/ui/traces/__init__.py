"""The plain list of tool calls: what was called, how long it took, how it ended."""
