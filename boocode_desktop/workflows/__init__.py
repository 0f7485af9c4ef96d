"""Workflow scripts: reading what a script says of itself and checking it, without running it. The engine is to come."""
