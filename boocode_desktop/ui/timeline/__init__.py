"""The timeline pane: the turns of the chat on screen and what happened in each, from stored entries."""
