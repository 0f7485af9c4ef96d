"""The memory pane: what each agent remembers of each chat of the session on screen."""
