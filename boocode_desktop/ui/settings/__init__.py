"""The settings pane, made from the table of settings."""
