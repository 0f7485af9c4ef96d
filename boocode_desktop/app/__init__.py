"""The composition root: the only room that knows every part. Wires adapters into the orchestrator, owns the loop."""
