"""The HTTP server around the broker."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.market.address import HOST
from local.market.answering import Answer, NoAnswer, answer
from local.market.broker import Broker
from local.market.refusals import Refusal
from local.market.requests import Request


def make_server(broker: Broker, port: int) -> ThreadingHTTPServer:
    """Bind a server on the loopback address; port 0 takes a free one."""
    return _Server((HOST, port), lambda *arguments: _Handler(broker, *arguments))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A small answer would wait for the reader's delayed acknowledgement otherwise.
    disable_nagle_algorithm = True

    def __init__(self, broker: Broker, *arguments: Any) -> None:
        self.broker = broker
        super().__init__(*arguments)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: the books tell what happened."""

    def _serve(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            request = Request.parse(self.command, self.path, content)
            self._send(answer(self.broker, request, time.sleep))
        except Refusal as refusal:
            body = {"code": refusal.code, "message": refusal.message}
            self._send(Answer(status=refusal.status, body=body))
        except (NoAnswer, ConnectionError):
            # Or the asker did not wait for an answer that was made to be slow.
            self.close_connection = True

    do_GET = do_POST = do_DELETE = do_PATCH = _serve  # noqa: N815

    def _send(self, found: Answer) -> None:
        content = b"" if found.status == HTTPStatus.NO_CONTENT else json.dumps(found.body).encode()
        self.send_response(found.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if found.status == HTTPStatus.TOO_MANY_REQUESTS:
            # A refusal that a fault told is over sooner than Alpaca's minute.
            opens_at_s = found.opens_at_s or time.time() + 1
            self.send_header("X-RateLimit-Reset", str(int(opens_at_s)))
        self.end_headers()
        self.wfile.write(content)
