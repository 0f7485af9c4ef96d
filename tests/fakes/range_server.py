"""A real HTTP server on 127.0.0.1 for downloads: ranges, ETags, redirects, and every way to send too little.

`with RangeServer(content) as server:` gives `server.url`. `server.faults` is used up one per request, then requests are
served properly: `("drop", n)` sends n bytes of the body and cuts the connection, `("short", n)` ends the response
properly after n bytes without a length, `("status", code)` refuses, `("stall",)` sends nothing until the client leaves.
"""

import contextlib
import re
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class RangeServer:
    """The server. `content`, `etag` and `faults` may be changed while it runs; `requests` holds (path, headers)."""

    def __init__(self, content: bytes, **options: Any) -> None:
        self.content = content
        self.etag = options.get("etag", '"one"')
        self.ranges = options.get("ranges", True)
        self.if_range = options.get("if_range", True)
        self.linked_sha256 = options.get("linked_sha256", "")
        self.faults: list[tuple[Any, ...]] = list(options.get("faults", ()))
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Where the file is."""
        return f"http://127.0.0.1:{self._server.server_port}/file.gguf"

    def __enter__(self) -> "RangeServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

            def do_GET(self) -> None:
                server.requests.append((self.path, dict(self.headers.items())))
                with contextlib.suppress(ConnectionError):
                    server.answer(self)

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Serve one request, with the next fault."""
        if request.path.startswith("/redirect"):
            self._redirect(request)
            return
        fault = self.faults.pop(0) if self.faults else ("none",)
        if fault[0] == "status":
            request.send_response(fault[1])
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if fault[0] == "stall":
            self.stop.wait(30)
            request.close_connection = True
            return
        self._body(request, fault)

    def _redirect(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", request.path if "loop" in request.path else self.url)
        if self.linked_sha256:
            request.send_header("X-Linked-ETag", f'"{self.linked_sha256}"')
        request.send_header("Content-Length", "0")
        request.end_headers()

    def _body(self, request: BaseHTTPRequestHandler, fault: tuple[Any, ...]) -> None:
        start = self._start(request)
        if start is not None and start >= len(self.content):
            request.send_response(416)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        body = self.content[start or 0 :]
        request.send_response(200 if start is None else 206)
        if start is not None:
            request.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        request.send_header("ETag", self.etag)
        request.send_header("Date", formatdate(usegmt=True))
        if fault[0] == "short":
            request.send_header("Connection", "close")
            request.close_connection = True
        else:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        sent = body[: fault[1]] if fault[0] in ("drop", "short") else body
        request.wfile.write(sent)
        if fault[0] == "drop":
            request.wfile.flush()
            request.close_connection = True

    def _start(self, request: BaseHTTPRequestHandler) -> int | None:
        found = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if found is None or not self.ranges:
            return None
        if self.if_range and request.headers.get("If-Range", self.etag) != self.etag:
            return None
        return int(found[1])
