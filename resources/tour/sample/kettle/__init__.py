"""A tea timer: which tea, how hot, how long."""
