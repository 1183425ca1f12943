"""A table of routes, and the answer to one request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from local.market.broker import Broker
from local.market.refusals import Refusal
from local.market.requests import Request

Handler = Callable[..., Any]


class Routes:
    """Handlers by method and path; the groups of a path are passed on as arguments."""

    def __init__(self) -> None:
        self._handlers: list[tuple[str, re.Pattern[str], Handler]] = []

    def on(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Register a handler."""

        def register(handler: Handler) -> Handler:
            self._handlers.append((method, re.compile(path), handler))
            return handler

        return register

    def answer(self, broker: Broker, request: Request) -> Any:
        """Call the handler; raise Refusal where there is none."""
        for method, path, handler in self._handlers:
            found = path.fullmatch(request.path)
            if method == request.method and found is not None:
                with broker.lock:
                    return handler(broker, request, *found.groups())
        raise Refusal(404, 40410000, f"no such route here: {request.method} {request.path}")
