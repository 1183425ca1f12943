"""Serves a wheelhouse as a package index on this machine.

The pages follow https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@contextmanager
def serve(folder: Path, yanked: str | None = None) -> Iterator[str]:
    """Serve the folder's wheels, all of them withdrawn for a reason if there is one."""
    marked = f'data-yanked="{yanked}" ' if yanked is not None else ""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_HEAD()
            self.wfile.write(_content(folder, self.path, marked) or b"")

        def do_HEAD(self) -> None:
            content = _content(folder, self.path, marked)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.send_header(
                "Content-Type",
                "text/html" if self.path.endswith("/") else "application/octet-stream",
            )
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/simple/"
        server.shutdown()
        thread.join()


def _content(folder: Path, path: str, marked: str) -> bytes | None:
    parts = path.strip("/").split("/")
    if parts[0] == "files":
        file = folder / parts[1]
        return file.read_bytes() if file.is_file() else None
    wheels = sorted(folder.glob(f"{parts[-1].replace('-', '_')}-*"))
    links = (
        f'<a {marked}href="/files/{wheel.name}#sha256={_sha256(wheel)}">{wheel.name}</a>'
        for wheel in wheels
    )
    return f"<html><body>{''.join(links)}</body></html>".encode() if wheels else None


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
