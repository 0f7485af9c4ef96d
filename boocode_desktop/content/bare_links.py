"""Addresses that stand bare in Markdown, marked as the links that people take them for.

Parsers leave out some (a port, parentheses in a path) and take a full stop into others. Code, links that are marked
already, and their definitions stay as they are.
"""

import re

_FENCE = r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?^[ \t]*(?P=fence)[`~]*[ \t]*$|.*\Z)"
_CODE = r"(?<!`)(?P<ticks>`++)(?!`)(?:(?!(?P=ticks)).){1,2000}?(?P=ticks)(?!`)"
_MARKED = r"<[^<>\n]{1,2000}>|\[[^\]\n]{0,1000}\](?:\((?:[^()\n]|\([^()\n]*\)){0,2000}\)|\[[^\]\n]{0,200}\])"
_DEFINITION = r"^ {0,3}\[[^\]\n]{1,200}\]:[^\n]*$"
_INDENTED = r"^(?: {4}|\t)[^\n]*$"
_ADDRESS = r"(?<![\w@/.\\])(?P<address>https?://[\w\[][^\s<>`|\"]*)"
_PARTS = re.compile("|".join((_FENCE, _CODE, _MARKED, _DEFINITION, _ADDRESS)), re.DOTALL | re.MULTILINE)
_WITH_INDENTED = re.compile(
    "|".join((_FENCE, _INDENTED, _CODE, _MARKED, _DEFINITION, _ADDRESS)), re.DOTALL | re.MULTILINE
)
_ITEM = re.compile(r"^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_AFTER = "?!.,:;*_~'"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def link_bare_addresses(markdown: str) -> str:
    """The text with its bare web addresses in angle brackets."""
    if "://" not in markdown:
        return markdown
    # Below an item, lines are indented because they belong to it, not because they are code.
    parts = _PARTS if _ITEM.search(markdown) else _WITH_INDENTED
    return parts.sub(_linked, markdown)


def _linked(found: re.Match[str]) -> str:
    if found["address"] is None:
        return found.group()
    address = address_of(found["address"])
    return f"<{address}>{found['address'][len(address) :]}"


def address_of(text: str) -> str:
    """An address without what only stands behind it: a full stop, the bracket or the star that ends a remark."""
    end = len(text)
    while end:
        last = text[end - 1]
        opened = _PAIRS.get(last)
        if last not in _AFTER and (opened is None or text.count(opened, 0, end) >= text.count(last, 0, end)):
            break
        end -= 1
    return text[:end]
