"""Everyone who can take a turn: the native agent and ACP agents, and their registry."""
