"""Open questions as widgets: they stand over their row, take the keyboard and say what they are."""
