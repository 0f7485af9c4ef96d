"""What nothing that an agent starts may see: keys, keyrings, browser profiles, sockets that obey anybody.

Tables and the look at which of it is there. Only what exists when a sandbox starts can be covered.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

PRIVATE_FOLDERS = (
    ".ssh", ".gnupg", ".pki", ".password-store", ".local/share/keyrings", ".local/share/kwalletd",
    ".aws", ".azure", ".kube", ".docker", ".oci", ".terraform.d", ".config/gcloud", ".config/gh", ".config/glab-cli",
    ".config/doctl", ".config/heroku", ".config/hcloud", ".config/rclone", ".config/sops", ".config/op",
    ".config/Bitwarden", ".config/1Password", ".config/keepassxc", ".config/boocode",
    ".mozilla", ".thunderbird", ".config/google-chrome", ".config/chromium", ".config/BraveSoftware",
    ".config/microsoft-edge", ".config/vivaldi", ".config/opera", "snap/firefox", "snap/chromium", ".var/app",
)  # fmt: skip
PRIVATE_FILES = (
    ".netrc", ".git-credentials", ".config/git/credentials", ".pgpass", ".my.cnf", ".pypirc", ".s3cfg", ".boto",
    ".cargo/credentials", ".cargo/credentials.toml", ".gem/credentials", ".vault-token", ".Xauthority",
    ".bash_history", ".zsh_history", ".python_history", ".psql_history", ".node_repl_history",
)  # fmt: skip
FILES_WITH_TOKENS = ((".npmrc", (b"_auth", b"_password")), (".yarnrc.yml", (b"npmAuth",)))
"""Files that programs need, hidden only where they hold one of these."""
AGENT_CREDENTIALS = (
    ".claude/.credentials.json", ".codex/auth.json", ".config/goose/secrets.yaml", ".gemini/oauth_creds.json",
    ".kimi-code/credentials", ".local/share/opencode/auth.json", ".qwen/oauth_creds.json",
)  # fmt: skip
"""Where agents keep their own keys: hidden from the others."""
SOCKETS = (
    "/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock",
    "/run/crio/crio.sock", "/run/dbus/system_bus_socket", "/run/snapd.socket", "/run/libvirt/libvirt-sock",
    "/var/lib/lxd/unix.socket", "/var/snap/lxd/common/lxd/unix.socket", "/var/lib/incus/unix.socket",
)  # fmt: skip
_SMALL = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What is covered, by its real path; no file lies below one of the folders."""

    folders: tuple[Path, ...]
    files: tuple[Path, ...]


def find_hidden(home: Path, private: Iterable[Path], *, except_below: Sequence[Path] = ()) -> Hidden:
    """What of all this is there. Blocks.

    Args:
        home: The person's home folder.
        private: Folders of ours.
        except_below: An agent's own folders; its own keys there stay visible to it.
    """
    wanted = [home / name for name in (*PRIVATE_FOLDERS, *AGENT_CREDENTIALS, *PRIVATE_FILES)]
    wanted += [*private, Path(os.environ.get("XDG_RUNTIME_DIR") or "/run/user"), Path("/run/user")]
    wanted += [*map(Path, SOCKETS), *_with_tokens(home)]
    own = {home / name for name in AGENT_CREDENTIALS if _below(home / name, except_below)}
    found = {path.resolve() for path in wanted if path not in own and os.path.exists(path)}  # noqa: PTH110
    found -= {Path("/"), home.resolve()}
    folders = sorted(path for path in found if path.is_dir())
    files = sorted(path for path in found if not path.is_dir() and not _below(path, folders))
    return Hidden(folders=tuple(folders), files=tuple(files))


def _with_tokens(home: Path) -> list[Path]:
    found = []
    for name, tokens in FILES_WITH_TOKENS:
        try:
            with (home / name).open("rb") as stream:
                content = stream.read(_SMALL)
        except OSError:
            continue
        if any(token in content for token in tokens):
            found.append(home / name)
    return found


def _below(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
