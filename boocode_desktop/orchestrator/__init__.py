"""The conductor: sessions, chats, the queue, turns, authorize(), the recorder. Knows no model and no tool."""
