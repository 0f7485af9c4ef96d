"""What the program is called, and which release it is."""

NAME = "BooCode"
VERSION = "0.1.0"
