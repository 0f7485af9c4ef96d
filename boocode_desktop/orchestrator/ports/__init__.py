"""Protocols the orchestrator needs from the adapters, split by subject. Adapters implement them, app.py wires them."""
