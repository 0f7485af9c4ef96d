"""A model hub on 127.0.0.1: the tree API, and files behind a redirect to a storage that knows ranges.

`with HubServer({"org/name": {"file.gguf": content}}) as hub:` gives `hub.base_url`. `faults` are those of
`RangeServer` and meet requests to the storage; `lies` maps paths to the checksum that is told for them.
"""

import hashlib
import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote

from tests.fakes.range_server import RangeServer


class HubServer(RangeServer):
    """The server. `requests` holds (path, headers) of everything that was asked."""

    def __init__(self, repositories: Mapping[str, Mapping[str, bytes]], **options: Any) -> None:
        super().__init__(b"", **options)
        self.repositories = {name: dict(files) for name, files in repositories.items()}
        self.lies: dict[str, str] = dict(options.get("lies", {}))
        self.token = options.get("token", "")

    @property
    def base_url(self) -> str:
        """What stands for the address of Hugging Face."""
        return self.url.rpartition("/")[0]

    def storage_requests(self) -> list[str | None]:
        """The ranges asked of the storage, None for whole files."""
        return [headers.get("Range") for path, headers in self.requests if path.startswith("/storage/")]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Serve the API, the redirect, or the storage."""
        path = unquote(request.path.partition("?")[0])
        if path.startswith("/storage/"):
            repo, _, name = path.removeprefix("/storage/").partition("//")
            self.content = self.repositories[repo][name]
            self.etag = f'"{hashlib.sha256(self.content).hexdigest()}"'
            super().answer(request)
        elif self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            _reply(request, 401, {"error": "Invalid credentials"})
        elif path.startswith("/api/models/"):
            self._tree(request, path)
        else:
            self._resolve(request, path)

    def _tree(self, request: BaseHTTPRequestHandler, path: str) -> None:
        repo = path.removeprefix("/api/models/").partition("/tree/")[0]
        files = self.repositories.get(repo)
        if files is None:
            _reply(request, 404, {"error": "Repository not found"})
            return
        entries: list[dict[str, Any]] = [{"type": "directory", "path": "sub", "oid": "0" * 40, "size": 0}]
        for name, content in files.items():
            entries.append({"type": "file", "path": name, "oid": "1" * 40, "size": len(content)})
            entries[-1]["lfs"] = {"oid": self._checksum(repo, name), "size": len(content), "pointerSize": 134}
        _reply(request, 200, entries)

    def _resolve(self, request: BaseHTTPRequestHandler, path: str) -> None:
        repo, _, rest = path.removeprefix("/").partition("/resolve/")
        name = rest.partition("/")[2]
        if name not in self.repositories.get(repo, {}):
            _reply(request, 404, {"error": "Entry not found"})
            return
        headers = {"Location": f"/storage/{repo}//{name}", "X-Linked-Etag": f'"{self._checksum(repo, name)}"'}
        _reply(request, 302, None, headers)

    def _checksum(self, repo: str, name: str) -> str:
        return self.lies.get(name) or hashlib.sha256(self.repositories[repo][name]).hexdigest()


def _reply(request: BaseHTTPRequestHandler, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
    body = b"" if value is None else json.dumps(value).encode()
    request.send_response(status)
    for name, text in {**(headers or {}), "Content-Length": str(len(body))}.items():
        request.send_header(name, text)
    request.end_headers()
    request.wfile.write(body)
