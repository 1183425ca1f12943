"""From a request to its answer, whatever goes wrong between; with or without a socket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from local.market import alpaca_api, control, market_data, twelve_data
from local.market.broker import Broker
from local.market.faults import Fault, FaultKind
from local.market.refusals import Refusal
from local.market.requests import Request

CONTROL = "/_sim/"
TRADING, DATA = "/v2/", "/v1/"
QUOTES = f"{TRADING}stocks/"
_AREAS = (
    (CONTROL, control.ROUTES),
    (QUOTES, market_data.ROUTES),
    (DATA, market_data.ROUTES),
    (TRADING, alpaca_api.ROUTES),
    ("/", twelve_data.ROUTES),
)

KEYS_REFUSED: dict[int, dict[str, object]] = {
    HTTPStatus.UNAUTHORIZED: {"code": 40110000, "message": "request is not authorized"},
    HTTPStatus.FORBIDDEN: {"message": "forbidden."},
}
"""https://github.com/alpacahq/alpaca-py/pull/391"""

Sleep = Callable[[float], None]


class NoAnswer(Exception):
    """The connection is closed without an answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the asker gets."""

    status: int
    body: Any
    opens_at_s: float | None = None
    """When requests are taken again that were too many, in seconds since 1970."""


def answer(broker: Broker, request: Request, sleep: Sleep) -> Answer:
    """Do what is asked and answer; raise NoAnswer where the asker gets none."""
    if request.path.startswith(CONTROL):
        return _act(broker, request)
    refused = _refused(broker, request)
    if refused is not None:
        return refused
    spoiled = _spoil(broker, request, sleep)
    if spoiled is not None:
        return spoiled
    done = _act(broker, request)
    slow = _take(broker, FaultKind.SLOW_ANSWER, request)
    if slow is not None:
        sleep(float(slow.value))
    if _take(broker, FaultKind.DROP_AFTER, request):
        raise NoAnswer
    told = _take(broker, FaultKind.STATUS_AFTER, request)
    return done if told is None else _as_told(told, request)


def _act(broker: Broker, request: Request) -> Answer:
    routes = next(routes for prefix, routes in _AREAS if request.path.startswith(prefix))
    try:
        body = routes.answer(broker, request)
    except Refusal as refusal:
        said = {"code": refusal.code, "message": refusal.message}
        return Answer(status=refusal.status, body=said)
    return Answer(status=HTTPStatus.NO_CONTENT if body is None else HTTPStatus.OK, body=body)


def _refused(broker: Broker, request: Request) -> Answer | None:
    """Count a request to the trading API, and refuse it when there were too many."""
    most = broker.terms.requests_per_minute
    if most is None or not request.path.startswith(TRADING) or request.path.startswith(QUOTES):
        return None
    with broker.lock:
        opens_at_s = broker.window.take(most)
    if opens_at_s is None:
        return None
    said = {"code": 42910000, "message": "rate limit exceeded"}
    return Answer(status=HTTPStatus.TOO_MANY_REQUESTS, body=said, opens_at_s=opens_at_s)


def _spoil(broker: Broker, request: Request, sleep: Sleep) -> Answer | None:
    """Fire what keeps a request from being answered as it should."""
    late = _take(broker, FaultKind.LATENCY, request)
    if late is not None:
        sleep(float(late.value))
    if _take(broker, FaultKind.DROP, request):
        raise NoAnswer
    status = _take(broker, FaultKind.STATUS, request)
    if status is not None:
        return _as_told(status, request)
    if _take(broker, FaultKind.GARBLED, request):
        return Answer(status=HTTPStatus.OK, body={"nonsense": True})
    return None


def _as_told(fault: Fault, request: Request) -> Answer:
    # Twelve Data repeats the status in the body, and its readers go by that.
    status = int(fault.value)
    if request.path.startswith((TRADING, DATA)):
        return Answer(
            status=status, body=KEYS_REFUSED.get(status, {"code": 0, "message": "as told"})
        )
    return Answer(status=status, body={"code": status, "message": "as told", "status": "error"})


def _take(broker: Broker, kind: FaultKind, request: Request) -> Fault | None:
    with broker.lock:
        return broker.faults.take(
            kind, method=request.method, path=request.path, symbol=request.symbol
        )
