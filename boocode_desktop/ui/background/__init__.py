"""The background pane: what runs, waits or is queued in any session."""
