"""A small real HTTP server on the loopback: tiles with ranges, Overpass, and every way of failing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Server:
    """`trouble` holds what goes wrong next, one entry a request; `log` what was asked."""

    tiles: dict[str, bytes] = field(default_factory=dict)
    answer: Any = None
    trouble: list[tuple[str, str]] = field(default_factory=list)
    log: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    @property
    def elevation_url(self) -> str:
        return self.url + "/dem/{tile}/{tile}.tif"

    @property
    def overpass_url(self) -> str:
        return self.url + "/api/interpreter"


@contextmanager
def serving(state: Server) -> Iterator[Server]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"state": state}))
    state.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    state: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Says nothing."""

    def do_GET(self) -> None:
        self._note("")
        trouble, value = self.state.trouble.pop(0) if self.state.trouble else ("", "")
        if self._refused(trouble, value):
            return
        data = self.state.tiles.get(self.path.rsplit("/", 1)[-1].removesuffix(".tif"))
        if data is None:
            self._send(404, b"no such key")
            return
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        if start >= len(data):
            self._send(416, b"")
            return
        status = 206 if "Range" in self.headers and trouble != "no ranges" else 200
        body = data[start:] if status == 206 else data
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: int(value)] if trouble == "cut" else body)
        self.close_connection = True

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self._note(self.rfile.read(size).decode())
        trouble, value = self.state.trouble.pop(0) if self.state.trouble else ("", "")
        if not self._refused(trouble, value):
            self._send(
                200,
                self.state.answer if isinstance(self.state.answer, bytes) else json.dumps(self.state.answer).encode(),
            )

    def _note(self, body: str) -> None:
        headers = {name: self.headers.get(name, "") for name in ("User-Agent", "Range")}
        self.state.log.append({"method": self.command, "path": self.path, "body": body, **headers})

    def _refused(self, trouble: str, value: str) -> bool:
        if not trouble.isdigit():
            return False
        self._send(int(trouble), b"later", {"Retry-After": value} if value else {})
        return True

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
