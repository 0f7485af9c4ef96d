"""What the program is called, and which release it is."""

NAME = "BooCode"
VERSION = "0.1.0"

TEMPORARY = ".boocode-tmp-"
"""How names of files begin that we write beside their place and then rename."""
