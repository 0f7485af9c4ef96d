"""BooCode Desktop: coding agents on your own machine, in one window."""
