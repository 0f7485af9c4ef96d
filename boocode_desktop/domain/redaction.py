"""Takes secrets out of text and JSON before they reach logs and traces.

Two passes: tokens known by their shape (each pattern starts with a literal, tried only where that literal occurs), and
values that stand after a telling name (`password=`, `"apiKey": "…"`). The cost is linear in the text: about 15 ms a
megabyte where nothing is found.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

REDACTED = "[redacted]"
_MOST_DEPTH = 100
_LONG_VALUE = 256

# (literal that must occur, pattern beginning with it, what replaces it). The look-behind after the literal refuses a
# match in the middle of a word; it stands there, not in front, because then the search for the literal stays fast.
_SHAPES = tuple(
    (literal, re.compile(pattern), replacement)
    for literal, pattern, replacement in (
        ("-----BEGIN", r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?s:.*?)(?:-----END [^-]*-----|\Z)", REDACTED),
        ("://", r"://([^\s/:@\"']{0,256}):[^\s/\"']{1,512}@", rf"://\1:{REDACTED}@"),
        ("sk-", r"sk-(?<!\wsk-)[\w-]{16,}", REDACTED),
        ("gh", r"gh(?<!\wgh)[pousr]_[A-Za-z0-9]{16,}", REDACTED),
        ("github_pat_", r"github_pat_\w{16,}", REDACTED),
        ("glpat-", r"glpat-[\w-]{16,}", REDACTED),
        ("AKIA", r"AKIA(?<!\wAKIA)[0-9A-Z]{16}(?![0-9A-Za-z])", REDACTED),
        ("ASIA", r"ASIA(?<!\wASIA)[0-9A-Z]{16}(?![0-9A-Za-z])", REDACTED),
        ("AIza", r"AIza(?<!\wAIza)[\w-]{30,}", REDACTED),
        ("ya29.", r"ya29\.[\w-]{16,}", REDACTED),
        ("xox", r"xox(?<!\wxox)[abeoprs]-[\w-]{10,}", REDACTED),
        ("xapp-", r"xapp-(?<!\wxapp-)[\w-]{16,}", REDACTED),
        ("hooks.slack.com/", r"hooks\.slack\.com/(?:services|workflows)/[\w/-]{10,}", f"hooks.slack.com/{REDACTED}"),
        ("hf_", r"hf_(?<!\whf_)[A-Za-z0-9]{20,}", REDACTED),
        ("npm_", r"npm_(?<!\wnpm_)[A-Za-z0-9]{30,}", REDACTED),
        ("pypi-", r"pypi-[\w-]{32,}", REDACTED),
        ("_live_", r"_live_(?<=[sprw]k_live_)[A-Za-z0-9]{12,}", f"_live_{REDACTED}"),
        ("_test_", r"_test_(?<=[sprw]k_test_)[A-Za-z0-9]{12,}", f"_test_{REDACTED}"),
        ("whsec_", r"whsec_[A-Za-z0-9+/=]{16,}", REDACTED),
        ("SG.", r"SG\.(?<!\wSG\.)[\w-]{16,}\.[\w-]{16,}", REDACTED),
        ("eyJ", r"eyJ(?<!\weyJ)[\w-]{8,}\.[\w-]{8,}\.[\w-]*", REDACTED),
        ("gsk_", r"gsk_(?<!\wgsk_)[A-Za-z0-9]{20,}", REDACTED),
        ("xai-", r"xai-(?<!\wxai-)[A-Za-z0-9]{20,}", REDACTED),
        ("nvapi-", r"nvapi-[\w-]{20,}", REDACTED),
        ("dop_v1_", r"dop_v1_[a-f0-9]{32,}", REDACTED),
        ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{30,}", REDACTED),
    )
)  # fmt: skip

_NAMES = (
    "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "api_key", "api-key", "accesskey",
    "access_key", "access-key", "privatekey", "private_key", "private-key", "accountkey", "credential",
    "authorization", "bearer", "cookie", "signature",
)  # fmt: skip
_HARMLESS_TAIL = r"(?!s?[_-]?(?:count|type|limit|usage|name|url|uri|file|path|size|budget|length|id\b|izer|ize|policy))"
# What may stand between a telling name and its value, and the value: quoted, quoted inside a JSON string, or bare.
_VALUE = re.compile(
    _HARMLESS_TAIL
    + r"""(?:s?(?:[_-][\w-]{1,40}+|[A-Z]\w{0,40}+)?+\\*["']?\]?[ \t]{0,8}(?:=>|:=|[:=]|>(?=[^<\s]{4,}</))[ \t]{0,8}"""
    + r"""(?:(?:bearer|basic|token|digest)[ \t]+)?+|[ \t]{1,8}(?=[A-Za-z0-9._~+/=-]{16}))"""
    + r"""(?:\\+"(?P<inner>[^"\\\n]{3,})|"(?P<double>(?:[^"\\\n]|\\.){3,})|'(?P<single>(?:[^'\\\n]|\\.){3,})"""
    + r"""|(?![$%][{(A-Za-z_]|[({\[<*])(?P<bare>[^\s"'`,;&<>(){}\[\]\\]{4,2048}+)(?![(\[]))""",
    re.IGNORECASE,
)
_FLAG_BEFORE = re.compile(r"(?<![\w-])--?[\w-]{0,40}\Z")
_FLAG_VALUE = re.compile(_HARMLESS_TAIL + r"""[\w-]{0,40}+[ \t]{1,8}["']?(?P<bare>[^\s"'-][^\s"']{2,})""")
_REST = re.compile(r"""[^\s"'`,;&<>(){}\[\]\\]*""")
_HEADER = re.compile(r"""\\*["']?[ \t]*[:=][ \t]*\\*["']?(?P<bare>[^"'\\\n]{4,})""")
_WORDS_NOT_SECRETS = frozenset({"none", "null", "true", "false", "undefined", "string", "str", "required", "optional"})
_KEY = re.compile(
    r"passw(?:or)?d|passphrase|^pwd$|secret|api_?key|access_?key|private_?key|account_?key|credential|authorization"
    r"|bearer|cookie|token$|^auth$"
)
_FLAG = re.compile(r"--?[\w-]+")


def redact_text(text: str) -> str:
    """The text without what looks like a secret; the same again when applied twice."""
    for literal, pattern, replacement in _SHAPES:
        if literal in text:
            text = pattern.sub(replacement, text)
    return _redact_named(text)


def redact_json(value: Any) -> Any:
    """A JSON value with secrets replaced: in strings, under telling keys, after telling flags in argument lists."""
    return _redact_value(value, 0)


def names_secret(key: str) -> bool:
    """Whether a key, variable or option of this name usually holds a secret."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower().replace("-", "_").replace(".", "_")
    return _KEY.search(snake) is not None


def _redact_named(text: str) -> str:
    lowered = text.lower()
    if len(lowered) != len(text):  # some letters grow when lowered; then positions would differ
        lowered = re.sub("[A-Z]", lambda found: found[0].lower(), text)
    hits = sorted((end, name) for name in _NAMES for end in _ends(lowered, name))
    pieces: list[str] = []
    done = skipped = 0
    for end, name in hits:
        span = _value_after(text, end, name) if end >= max(done, skipped) else None
        if span is None:
            continue
        if _is_secret_value(name, text[slice(*span)]):
            pieces += text[done : span[0]], REDACTED
            done = span[1]
        elif span[1] - span[0] > _LONG_VALUE:  # names within it are not tried again, else the cost is quadratic
            skipped = span[1]
    return text if not pieces else "".join([*pieces, text[done:]])


def _value_after(text: str, end: int, name: str) -> tuple[int, int] | None:
    """Where the value of a telling name that ends at `end` stands, if there is one."""
    found = (_HEADER if name == "cookie" else _VALUE).match(text, end) or _flag_value(text, end, name)
    if found is None or found.lastgroup is None:
        return None
    start, stop = found.span(found.lastgroup)
    rest = _REST.match(text, stop) if stop - start >= 2048 and found.lastgroup == "bare" else None
    return start, rest.end() if rest else stop


def _flag_value(text: str, end: int, name: str) -> re.Match[str] | None:
    """The word after `--password`, which has no sign between."""
    start = end - len(name)
    if "-" not in text[max(0, start - 42) : start] or _FLAG_BEFORE.search(text[max(0, start - 42) : start]) is None:
        return None
    return _FLAG_VALUE.match(text, end)


def _is_secret_value(name: str, value: str) -> bool:
    """Not a path in PWD, not a type or a variable handed on (`token=self.token`), not a small number."""
    if name == "pwd" and value.startswith(("/", "~")):
        return False
    if name in value.lower() and re.fullmatch(r"[A-Za-z_.]+", value):
        return False
    return value.lower() not in _WORDS_NOT_SECRETS and not (value.isdigit() and len(value) < 6)


def _ends(text: str, name: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        at += len(name)
        yield at
        at = text.find(name, at)


def _redact_value(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return redact_text(value)
    if depth > _MOST_DEPTH and isinstance(value, (dict, list, tuple)):
        return REDACTED
    if isinstance(value, dict):
        return _redact_object(value, depth)
    if isinstance(value, (list, tuple)):
        return _redact_list(value, depth)
    return value


def _redact_object(value: dict[Any, Any], depth: int) -> dict[Any, Any]:
    pair = value.get("name", value.get("key"))
    telling_pair = isinstance(pair, str) and names_secret(pair)
    return {
        key: _hide(item, depth + 1)
        if names_secret(str(key)) or (telling_pair and key == "value")
        else _redact_value(item, depth + 1)
        for key, item in value.items()
    }


def _redact_list(value: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
    out: list[Any] = []
    before: Any = None
    for item in value:
        after_flag = isinstance(before, str) and _FLAG.fullmatch(before) is not None and names_secret(before)
        redact: Callable[[Any, int], Any] = _hide if after_flag and isinstance(item, str) else _redact_value
        out.append(redact(item, depth + 1))
        before = item
    return out


def _hide(value: Any, depth: int) -> Any:
    """Everything below a telling key goes, but its shape and what cannot be a secret stay."""
    if depth > _MOST_DEPTH:
        return REDACTED
    if isinstance(value, dict):
        return {key: _hide(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hide(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool) or value == "":
        return value
    return REDACTED
