"""A file's bytes as text and back, to the byte: encodings with their marks, and line ends."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from boocode_desktop.domain.errors import UserFacingError

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SNIFFED = 8192
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")


class BinaryFileError(UserFacingError):
    """The bytes are no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A decoded file. `text` keeps its line ends; `mark` is the byte order mark it begins with."""

    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    def with_text(self, text: str) -> bytes:
        """The bytes of another text in this file's encoding.

        Raises:
            UserFacingError: the encoding has no sign for a character.
        """
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            char = text[error.start]
            raise UserFacingError(
                f"The file is not UTF-8 but {self.encoding}, which cannot hold {char!r}.",
                "Write the text without that character, or convert the file to UTF-8 first.",
            ) from None


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end, and the end: CRLF, LF, CR, or nothing at the end of the file."""

    text: str
    end: str


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text: a NUL among the first 8 KB, and no mark of a wide encoding."""
    return b"\0" in data[:_SNIFFED] and _mark(data)[1] == "utf-8"


def decode(data: bytes) -> TextFile:
    """The text of a file: by its mark, else UTF-8, else Latin-1, which holds any byte.

    Raises:
        BinaryFileError: it is no text.
    """
    mark, encoding = _mark(data)
    body = data[len(mark) :]
    if not is_binary(data):
        for candidate in (encoding,) if mark else ("utf-8", "latin-1"):
            try:
                return TextFile(text=body.decode(candidate), encoding=candidate, mark=mark)
            except UnicodeDecodeError:
                continue
    raise BinaryFileError("This is a binary file.", "Only text files can be read or edited here.")


def _mark(data: bytes) -> tuple[bytes, str]:
    return next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))


def split_lines(text: str) -> list[Line]:
    """The lines of a text; only LF, CRLF and CR end a line. A text that ends in a line end has no empty last line."""
    lines = [Line(*found) for found in _LINE.findall(text)]
    while lines and lines[-1] == Line("", ""):
        lines.pop()
    return lines


def join_lines(lines: Iterable[Line]) -> str:
    """The text that `split_lines` took apart."""
    return "".join(line.text + line.end for line in lines)


def normal(text: str) -> str:
    """The text with every line end as LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def usual_end(lines: Iterable[Line]) -> str:
    """The line end that occurs most often; LF where there is none."""
    counted = Counter(line.end for line in lines if line.end)
    return counted.most_common(1)[0][0] if counted else "\n"
