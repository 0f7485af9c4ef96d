"""The JavaScript workflow engine."""
