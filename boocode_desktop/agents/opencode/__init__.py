"""opencode as one warm HTTP server: its process, its event streams, and the pure mapper from its events to ours.

Imported by the registry only; speaks HTTP through `net`.
"""
