"""The scripted agent's insides: standard library only, because it is a program of its own that must start at once."""
