"""A terminal's screen without a window: what a program prints becomes lines to paint. Pure; any part may import it."""
