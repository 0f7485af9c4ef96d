"""Colours, type, icons and the style sheet. Every colour on screen comes from `tokens`."""
