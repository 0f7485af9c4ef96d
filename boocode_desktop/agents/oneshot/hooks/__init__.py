"""Telling from outside whether an agent works, waits for its person or is done: its own hooks, put into a private
copy of its settings, write to a file of ours. For agents in a terminal and for one-shot ones."""
