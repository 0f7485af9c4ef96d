"""The settings page of agents: each with its state, the pool of their processes, and the catalogue to add from."""
