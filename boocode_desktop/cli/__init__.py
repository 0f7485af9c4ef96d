"""The headless front end: commands over the same orchestrator as the window."""
