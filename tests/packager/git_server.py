"""Serves a private git repository over HTTP on this machine, to whoever has the token.

git's own `http-backend` answers, called as a CGI program: https://git-scm.com/docs/git-http-backend
"""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "test",
    "GIT_AUTHOR_EMAIL": "test@example.test",
    "GIT_COMMITTER_NAME": "test",
    "GIT_COMMITTER_EMAIL": "test@example.test",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass
class Repository:
    """A private repository, the token that opens it, and what its server saw."""

    folder: Path
    token: str
    url: str = ""
    requests: list[str] = field(default_factory=list)
    """Paths that were asked for with the right token."""
    command_lines: list[str] = field(default_factory=list)
    """Of all processes, at each of these requests."""

    def commit(self, **files: str) -> str:
        """Commit files, given by names in which `__` is a slash; return the commit."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "test")
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=os.environ | IDENTITY,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


@contextmanager
def serve(folder: Path, token: str) -> Iterator[Repository]:
    """Make an empty repository and serve it."""
    folder.mkdir(parents=True)
    repository = Repository(folder, token)
    repository.git("init", "--quiet", "--initial-branch=main")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def _answer(self, body: bytes) -> None:
            if self.headers.get("Authorization") != _basic(repository.token):
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="private"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            repository.requests.append(self.path)
            repository.command_lines.extend(_command_lines())
            status, headers, content = _backend(folder, self, body)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        repository.url = f"http://127.0.0.1:{server.server_address[1]}/.git"
        try:
            yield repository
        finally:
            server.shutdown()
            thread.join()


def _basic(token: str) -> str:
    return "Basic " + base64.b64encode(f"x-access-token:{token}".encode()).decode()


def _command_lines() -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


def _backend(
    folder: Path, request: BaseHTTPRequestHandler, body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    path, _, query = request.path.partition("?")
    done = subprocess.run(
        ["git", "http-backend"],
        input=body,
        env={
            **os.environ,
            "GIT_PROJECT_ROOT": str(folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": request.command,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "x-access-token",
            "REMOTE_ADDR": "127.0.0.1",
        },
        capture_output=True,
        # Refusing a request ends it with a status, after the answer is written.
        check=False,
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    headers = [_header(line) for line in head.decode().splitlines()]
    statuses = [value for name, value in headers if name == "Status"]
    status = int(statuses[0].split()[0]) if statuses else 200
    return status, [header for header in headers if header[0] != "Status"], content


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value
