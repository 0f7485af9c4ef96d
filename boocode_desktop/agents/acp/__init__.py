"""Agents that speak the Agent Client Protocol: their child, the wire, our duties as client, one mapper to events.

Importing `connection`, `requests`, `duties` or `agent` loads the `acp` package (0.8 s); the others are light. The
registry imports `agent` in a thread, and only when an ACP agent takes its first turn.
"""
