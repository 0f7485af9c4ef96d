"""Where people write: the text, its attachments, what waits in the queue, and who answers."""
