"""Everything that imports Qt: bridge, actions, main window, item models, panes, dialogs, widgets, theme."""
