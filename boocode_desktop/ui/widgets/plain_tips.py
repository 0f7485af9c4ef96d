"""Tool tips of text that others wrote: shown as it is, never as HTML, which could name files to load."""

from html import escape


def plain_tip(text: str) -> str:
    """The text for a tool tip; Qt takes what looks like markup for HTML unless it is escaped."""
    # Its own lines stay lines, which they would not in HTML.
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>' if "<" in text or "&" in text else text
