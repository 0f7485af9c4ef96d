"""The middle of the window: the chats of a session as tabs, each with its transcript and composer."""
