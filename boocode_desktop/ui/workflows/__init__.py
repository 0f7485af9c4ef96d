"""The workflows pane: the library of scripts, each with what it says of itself and what is wrong with it."""
