"""Questions and short tasks in front of the window. Opened with `open()`, answered by a signal; never `exec`."""
