"""What the actions do: each module binds the rows of one subject to the program."""
