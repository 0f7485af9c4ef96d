"""Settings, paths and agent profiles, read once and handed around as values. Imports domain only."""
