"""Which paths need care, by name alone: git's own folder, files that steer agents, secrets, and system interfaces.

Names are compared without regard to case and to the tricks by which file systems accept other spellings (NTFS short
names and trailing dots, HFS+ ignorable characters).
"""

import fnmatch
import itertools
import re
import unicodedata
from collections.abc import Sequence

_CONTROL_FOLDERS = frozenset({
    ".boocode", ".cursor", ".codex", ".gemini", ".qwen", ".opencode", ".husky", ".githooks",
})  # fmt: skip
_CONTROL_FILES = frozenset({".mcp.json", "boocode.toml", "opencode.json", "opencode.jsonc"})
_CLAUDE = ("settings*.json", "hooks")
_SECRET_FOLDERS = frozenset({
    ".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".password-store", "keyrings", "gcloud", "gh",
})  # fmt: skip
_SECRET_FILES = (
    ".env", ".env.*", ".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".git-credentials", ".bash_history",
    ".zsh_history", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.pem", "*.key", "*.p12", "*.pfx", "*.kdbx",
    "*credentials*", "shadow", "gshadow", "cookies.sqlite", "login data",
)  # fmt: skip
_SYSTEM = frozenset(("proc", "sys", "dev"))


def folded(name: str) -> str:
    """A name as the most forgiving file system would compare it."""
    text = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return text.partition(":")[0].rstrip(". ").casefold() or text


def in_git_folder(parts: Sequence[str]) -> bool:
    """Whether a path is git's folder or file, or lies in it, at any depth."""
    return any(re.fullmatch(r"\.git|git~\d+", folded(part)) for part in parts)


def steers_agents(parts: Sequence[str]) -> bool:
    """Whether a path configures agents or hooks: what stands there may be run by programs later."""
    names = [folded(part) for part in parts]
    if any(name in _CONTROL_FOLDERS for name in names) or (names and names[-1] in _CONTROL_FILES):
        return True
    return any(
        name == ".claude" and fnmatch.fnmatchcase(after, pattern)
        for name, after in itertools.pairwise(names)
        for pattern in _CLAUDE
    )


def looks_secret(parts: Sequence[str]) -> bool:
    """Whether a path usually holds keys, passwords or private history."""
    names = [folded(part) for part in parts]
    if any(name in _SECRET_FOLDERS for name in names):
        return True
    return bool(names) and any(fnmatch.fnmatchcase(names[-1], pattern) for pattern in _SECRET_FILES)


def is_system_interface(parts: Sequence[str]) -> bool:
    """Whether an absolute path is a window into processes or devices rather than a file."""
    return bool(parts) and parts[0] in _SYSTEM
