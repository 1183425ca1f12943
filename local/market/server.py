"""The HTTP server around the exchange."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.market import alpaca_api, control, twelve_data
from local.market.address import HOST
from local.market.exchange import Exchange
from local.market.faults import Fault, FaultKind
from local.market.refusals import Refusal
from local.market.requests import Request

_AREAS = (("/_sim/", control.ROUTES), ("/v2/", alpaca_api.ROUTES), ("/", twelve_data.ROUTES))


def make_server(exchange: Exchange, port: int) -> ThreadingHTTPServer:
    """Bind a server on the loopback address; port 0 takes a free one."""
    return _Server((HOST, port), lambda *arguments: _Handler(exchange, *arguments))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A small answer would wait for the reader's delayed acknowledgement otherwise.
    disable_nagle_algorithm = True

    def __init__(self, exchange: Exchange, *arguments: Any) -> None:
        self.exchange = exchange
        super().__init__(*arguments)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: the books tell what happened."""

    def _serve(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            request = Request.parse(self.command, self.path, content)
            if not request.path.startswith("/_sim/") and self._misbehave(request):
                return
            answer = self._answer(request)
        except Refusal as refusal:
            self._send(refusal.status, {"code": refusal.code, "message": refusal.message})
            return
        if not request.path.startswith("/_sim/") and self._lose_answer(request):
            return
        self._send(200 if answer is not None else 204, answer)

    do_GET = do_POST = do_DELETE = do_PATCH = _serve  # noqa: N815

    def _answer(self, request: Request) -> Any:
        routes = next(routes for prefix, routes in _AREAS if request.path.startswith(prefix))
        return routes.answer(self.exchange, request)

    def _misbehave(self, request: Request) -> bool:
        """Fire what is armed for this request; True when it is thereby over."""
        late = self._take(FaultKind.LATENCY, request)
        if late is not None:
            time.sleep(float(late.value))
        if self._take(FaultKind.DROP, request):
            self._drop()
            return True
        status = self._take(FaultKind.STATUS, request)
        if status is not None:
            # Twelve Data repeats the status in the body, and its readers go by that.
            code = 0 if request.path.startswith("/v2/") else int(status.value)
            self._send(int(status.value), {"code": code, "message": "as told", "status": "error"})
            return True
        return False

    def _lose_answer(self, request: Request) -> bool:
        """Fire what is armed for an answer; True when the asker gets none."""
        slow = self._take(FaultKind.SLOW_ANSWER, request)
        if slow is not None:
            time.sleep(float(slow.value))
        if self._take(FaultKind.DROP_AFTER, request):
            self._drop()
            return True
        return False

    def _take(self, kind: FaultKind, request: Request) -> Fault | None:
        with self.exchange.lock:
            return self.exchange.faults.take(
                kind, method=request.method, path=request.path, symbol=request.symbol
            )

    def _drop(self) -> None:
        self.close_connection = True

    def _send(self, status: int, body: Any) -> None:
        content = b"" if status == 204 else json.dumps(body).encode()
        try:
            self._write(status, content)
        except ConnectionError:
            # The asker did not wait for an answer that was made to be slow.
            self._drop()

    def _write(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            # Alpaca says so when its window of a minute ends; this one is shorter.
            self.send_header("X-RateLimit-Reset", str(int(time.time()) + 1))
        self.end_headers()
        self.wfile.write(content)
