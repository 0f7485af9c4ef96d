"""The terminal pane: a view that paints a terminal's lines and sends it keys, and the dock that holds several."""
