"""The front matter of Markdown files: the part of YAML that people write there, read without a YAML library.

Top-level keys with plain, quoted, folded and literal text are read. Lists and maps below a key are passed over: nothing
here needs them. What YAML calls an error but everybody writes (a colon in plain text) is taken as it stands. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s#:"'\[\]{},&*!|>%@`-][^:#]*?)\s*:(?:\s+(.*))?$""")
_BLOCK = re.compile(r"([|>])(?:([1-9])([+-]?)|([+-])([1-9])?)?\s*(?:#.*)?$")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b", "_": "\xa0", "N": "\x85"}
_LARGEST = 0x10FFFF


class FrontMatterError(ValueError):
    """It cannot be read; `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The values by their keys, and the text that follows; `found` is False where a file begins without any."""

    values: Mapping[str, str]
    body: str
    found: bool


def read_front_matter(text: str) -> FrontMatter:
    """Split a file.

    Raises:
        FrontMatterError: the front matter does not end, or a line in it is none of the above.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != "---":
        return FrontMatter(values={}, body="\n".join(lines), found=False)
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() in ("---", "...")), 0)
    if not end:
        raise FrontMatterError("the front matter has no closing ---", len(lines))
    return FrontMatter(values=_values(lines[1:end]), body="\n".join(lines[end + 1 :]), found=True)


def _values(lines: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    at = 0
    while at < len(lines):
        line, number = lines[at], at + 2
        at += 1
        if not line.strip() or line.startswith("#"):
            continue
        found = _KEY.match(line)
        if found is None:
            raise FrontMatterError(f"line {number} is no `key: value`", number)
        key = found.group(1).strip("\"'")
        if key in values:
            raise FrontMatterError(f"line {number} says `{key}` again", number)
        rest = at
        while rest < len(lines) and _goes_on(lines[rest]):
            rest += 1
        values[key] = _value((found.group(2) or "").strip(), lines[at:rest], number)
        at = rest
    return values


def _goes_on(line: str) -> bool:
    return not line.strip() or line[0] in " \t" or line == "-" or line.startswith("- ")


def _value(first: str, more: list[str], number: int) -> str:
    block = _BLOCK.match(first)
    if block is not None:
        keep, indent = block.group(3) or block.group(4) or "", block.group(2) or block.group(5)
        return _block(more, folded=block.group(1) == ">", keep=keep, indent=int(indent or 0))
    if first[:1] in ("'", '"'):
        return _quoted(first, more, number)
    below = [line.strip() for line in more]
    if not first or first.startswith("#"):
        # What stands below an empty key is a list or a map, unless it reads like neither.
        text = [line for line in below if line]
        nested = any(line.startswith(("- ", "#")) or line == "-" or _KEY.match(line) for line in text)
        return "" if nested else _fold(below)
    return _fold([_without_comment(line) for line in (first, *below)])


def _without_comment(text: str) -> str:
    return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].rstrip() if "#" in text else text


def _fold(lines: list[str]) -> str:
    """Lines joined as YAML joins them: by a blank, an empty line becomes a line break."""
    out = ""
    breaks = 0
    for line in lines:
        if not line:
            breaks += 1
        else:
            out += ("\n" * breaks if breaks else " ") + line if out else line
            breaks = 0
    return out


def _block(lines: list[str], *, folded: bool, keep: str, indent: int) -> str:
    depth = indent or min((len(li) - len(li.lstrip()) for li in lines if li.strip()), default=0)
    text = [line[depth:].rstrip() for line in lines]
    while text and not text[-1]:
        text.pop()
    if not text:
        return ""
    out = _fold(text) if folded else "\n".join(text)
    return out if keep == "-" else f"{out}\n"


def _quoted(first: str, more: list[str], number: int) -> str:
    quote = first[0]
    text = _fold([line.strip() for line in (first[1:], *more)])
    pattern = r"((?:[^\\\"]|\\.)*)\"" if quote == '"' else r"((?:[^']|'')*)'"
    found = re.match(pattern, text, re.DOTALL)
    if found is None:
        raise FrontMatterError(f"the quotes in line {number} do not end", number)
    rest = text[found.end() :].strip()
    if rest and not rest.startswith("#"):
        raise FrontMatterError(f"line {number} goes on behind its quotes", number)
    inner = found.group(1)
    return _ESCAPE.sub(_unescaped, inner) if quote == '"' else inner.replace("''", "'")


def _unescaped(found: re.Match[str]) -> str:
    code = found.group(1)
    if len(code) > 1:
        point = int(code[1:], 16)
        # A lone surrogate could not be written anywhere.
        return "\ufffd" if point > _LARGEST or 0xD800 <= point <= 0xDFFF else chr(point)
    return _ESCAPED.get(code, code)
