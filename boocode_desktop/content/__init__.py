"""Pure transforms for showing: diff hunks, ANSI, Markdown blocks, image limits. Imports domain only."""
