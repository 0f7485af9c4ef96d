"""Language-model clients: OpenAI-compatible streaming, presets, the scripted model."""
