"""Agents that speak the Agent Client Protocol: their child, the wire, our duties as client, one mapper to events.

What asks (`requests`, `connection`) and what answers (`duties` and its parts) imports the `acp` package, which takes
most of a second; the rest is light. The registry loads `agent` in a thread, when an ACP agent takes its first turn.
"""
