"""One module per schema version, run by `upgrading` in order; each names its tables itself, never the live ones."""
