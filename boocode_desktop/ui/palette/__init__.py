"""Search or command: everything people can do or go to, in one list."""
