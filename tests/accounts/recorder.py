"""Stands between the tool and the emulator and writes down every request that AWS would get."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

KEPT_BYTES = 200_000
"""Of a body; what names a resource stands in a small one, and zips are of no interest."""

SCOPE = re.compile(
    r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]*)/(?P<service>[^/]+)/aws4_request"
)
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass
class Recorder:
    """A proxy in front of one emulator."""

    upstream: str
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)

    def take(self) -> list[dict[str, Any]]:
        """Give what was asked since the last time."""
        taken, self.requests = self.requests, []
        return taken


class Forwarding(BaseHTTPRequestHandler):
    """Hands each request on to the emulator, and its answer back."""

    protocol_version = "HTTP/1.1"
    recorder: ClassVar[Recorder]

    def _hand_on(self) -> None:
        self._forward(self._body())

    def _forward(self, body: bytes) -> None:
        note(self.recorder, self.command, self.path, dict(self.headers.items()), body)
        target = urlsplit(self.recorder.upstream)
        with closing(HTTPConnection(str(target.hostname), target.port, timeout=300)) as connection:
            connection.request(self.command, self.path, body, self._kept(self.headers.items()))
            answer = connection.getresponse()
            self._give_back(answer, answer.read())

    def _give_back(self, answer: HTTPResponse, content: bytes) -> None:
        self.send_response(answer.status)
        for name, value in self._kept(answer.getheaders()).items():
            self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _kept(self, headers: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {name: value for name, value in headers if name.lower() not in HOP_BY_HOP}

    def log_message(self, *arguments: object) -> None:
        """Say nothing: the test's output is the test's."""

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = _hand_on  # noqa: N815


AnyRecorder = TypeVar("AnyRecorder", bound=Recorder)


@contextmanager
def served(recorder: AnyRecorder, forwarding: type[Forwarding]) -> Iterator[AnyRecorder]:
    """Serve as the emulator while the body runs."""
    handler = type("Handler", (forwarding,), {"recorder": recorder})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    recorder.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield recorder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def recording(upstream: str) -> AbstractContextManager[Recorder]:
    """Serve as the emulator while the body runs, and write down what it is asked."""
    return served(Recorder(upstream), Forwarding)


def note(recorder: Recorder, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
    """Keep a signed request; what is not signed is no call of AWS."""
    lowered = {name.lower(): value for name, value in headers.items()}
    scope = SCOPE.search(lowered.get("authorization", ""))
    if scope is None:
        return
    recorder.requests.append(
        {
            **scope.groupdict(),
            "method": method,
            "path": path,
            "headers": {k: v for k, v in lowered.items() if k.startswith(("x-amz", "content-t"))},
            "body": base64.b64encode(body[:KEPT_BYTES]).decode(),
        }
    )
