"""Small widgets that every pane shares. They know the theme and nothing of the product."""
