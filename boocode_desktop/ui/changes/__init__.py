"""The review of what changed: the file list, the diff view, and the decisions."""
