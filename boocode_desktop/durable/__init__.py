"""The one module around the durable-execution engine."""
