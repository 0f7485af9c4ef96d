"""Front ends for other programs."""
