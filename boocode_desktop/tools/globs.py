"""File patterns as agents write them, as regular expressions over relative paths. Pure."""

import re

_MOST_VARIANTS = 64
_BRACES = re.compile(r"\{([^{}]*)\}")
_TOKEN = re.compile(r"(?:\*\*/)+|\*\*+|\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)


def compile_glob(pattern: str) -> re.Pattern[str]:
    """What matches a pattern, in any case.

    Without wildcards it is a part of a name; without `/` it is about names at any depth; with one at its end, about
    everything in such folders. `*` stays in one folder, `**` crosses folders, `{a,b}` is either.
    """
    text = pattern.strip().removeprefix("./").lstrip("/")
    folder, text = text.endswith("/"), text.rstrip("/")
    if "/" not in text:
        text = f"**/{text}" if folder or any(c in text for c in "*?[{") else f"**/*{text}*"
    elif not folder and not any(c in text for c in "*?[{"):
        text = f"**{text}**"
    if folder:
        text += "/**"
    return re.compile("|".join(_regex(variant) for variant in _expanded(text)), re.IGNORECASE | re.DOTALL)


def _expanded(pattern: str) -> list[str]:
    """Every choice of the braces; more than enough of them stay as they are."""
    waiting = [pattern]
    done: list[str] = []
    while waiting:
        text = waiting.pop(0)
        found = _BRACES.search(text)
        if found is None or len(waiting) + len(done) >= _MOST_VARIANTS:
            done.append(text)
        else:
            waiting += [text[: found.start()] + choice + text[found.end() :] for choice in found[1].split(",")]
    return done


def _regex(pattern: str) -> str:
    return rf"(?:{''.join(_part(token) for token in _TOKEN.findall(pattern))})\Z"


def _part(token: str) -> str:
    if token.endswith("**/"):
        return "(?:.*/)?"
    if token.startswith("**"):
        return ".*"
    if token == "*":
        return "[^/]*"
    if token == "?":
        return "[^/]"
    if len(token) > 2 and token.startswith("["):
        inner = token[1:-1]
        negated = inner.startswith("!")
        body = re.sub(r"([\\\]\[^&~|])", r"\\\1", inner[negated:])
        try:
            re.compile(f"[{body}]")
        except re.error:
            return re.escape(token)
        return f"(?!/)[{'^' if negated else ''}{body}]"
    return re.escape(token)
