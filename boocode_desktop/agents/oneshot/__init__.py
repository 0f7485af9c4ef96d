"""Agents without a protocol: a program is run once for each turn and prints JSON lines. Imported by the registry.

Each kind of stream has a pure dialect that turns lines into the updates which `acp.mapper` makes events of; the way of
calling each program is data; one runner owns the process.
"""
