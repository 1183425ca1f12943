"""The simulated market behind the real alpaca-py, without a socket between them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from requests import ConnectionError as Dropped
from requests import PreparedRequest, ReadTimeout, Response
from requests.adapters import BaseAdapter

from local.market.answering import Answer, NoAnswer, answer
from local.market.books import Books
from local.market.broker import Broker
from local.market.faults import Fault, FaultKind
from local.market.funds import Funds
from local.market.hours import closing, trading_moment
from local.market.listing import Listing
from local.market.orders import Order
from local.market.requests import Request
from local.market.tape import Tape
from tests.simulated_market import real_prices
from the_alchemiser.shared.broker_alpaca import AlpacaBroker, connect
from the_alchemiser.shared.broker_patience import Patience

ENDPOINT = "https://broker.test"
NOW = datetime.fromisoformat("2022-03-14T19:45:00+00:00")


class AlpacaInProcess(BaseAdapter):
    """Mounted into alpaca-py's session; what goes wrong is armed on the market itself."""

    def __init__(self, cash: str = "100000", market: Broker | None = None) -> None:
        super().__init__()
        self.market = market or Broker.opened(real_prices(), trading_moment(NOW.date()))
        self.market.books = Books(cash=Decimal(cash), opened_with=Decimal(cash))
        self.requests: list[str] = []
        self.after_each_write: Callable[[], None] = lambda: None

    # --- What tests arrange and look at ---------------------------------------------------------

    @property
    def tape(self) -> Tape:
        return self.market.tape

    @property
    def funds(self) -> Funds:
        return self.market.funds

    @property
    def cash(self) -> Decimal:
        return self.market.books.cash

    @cash.setter
    def cash(self, dollars: Decimal) -> None:
        self.market.books.cash = dollars

    def trade_at(self, symbol: str, price: str, spread: str = "0.02") -> None:
        """Set the true price; limits are met only at the other side of the spread."""
        listing = Listing(spread=Decimal(spread), fills_inside=False)
        self.tape.fix(symbol, Decimal(price), listing)

    def show(self, symbol: str, bid: str, ask: str, at: datetime | None = None) -> None:
        """Quote this, whatever is true."""
        self.tape.show(symbol, Decimal(bid), Decimal(ask), at)

    def hold(self, symbol: str, quantity: str) -> None:
        self.market.books.hold(symbol, Decimal(quantity))

    def held(self, symbol: str) -> Decimal:
        return self.market.books.held(symbol)

    def price(self, symbol: str) -> Decimal:
        return self.tape.price(symbol)

    def arm(self, kind: FaultKind, symbol: str, value: str = "0", count: int = 1) -> None:
        """Let something go wrong with a symbol."""
        fault = Fault(kind=kind, symbol=symbol, value=Decimal(value), count=count)
        self.market.faults.arm(fault)

    def fail(
        self, call: str, times: int = 1, *, status: int | None = None, after_acting: bool = False
    ) -> None:
        """Let calls such as `POST /orders` fail: with a status, or without any answer."""
        method, path = call.split(" ")
        kinds = {
            (True, False): FaultKind.DROP,
            (True, True): FaultKind.DROP_AFTER,
            (False, False): FaultKind.STATUS,
            (False, True): FaultKind.STATUS_AFTER,
        }
        kind = kinds[status is None, after_acting]
        value = Decimal(status or 0)
        fault = Fault(kind=kind, method=method, path=f"/v2{path}", value=value, count=times)
        self.market.faults.arm(fault)

    def fill_at_step(self, symbol: str, step: int) -> None:
        """Let limits inside the spread be met, from this one of the next ladder on."""
        self.tape.change(symbol, fills_inside=True)
        if step > 1:
            self.arm(FaultKind.PARTIAL_FILL, symbol, "0", count=step - 1)

    def close_market(self) -> None:
        """Let the day's trading end."""
        self.market.move_to(closing(self.tape.today))

    def placed(self, symbol: str | None = None) -> list[Order]:
        return [each for each in self.market.orders.values() if symbol in (None, each.symbol)]

    def broker(self, patience: Patience | None = None) -> AlpacaBroker:
        broker = connect(
            key="key-for-tests",
            secret="secret-for-tests",
            endpoint=ENDPOINT,
            data_endpoint=ENDPOINT,
            patience=patience or Patience(sleep=lambda seconds: None, jitter=lambda: 0.5),
        )
        for api in (broker._trading, broker._data, broker._actions):
            api._session.mount(ENDPOINT, self)
        return broker

    # --- The wire -------------------------------------------------------------------------------

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        timeout = kwargs.get("timeout")
        assert timeout, "every request carries a timeout"
        with self.market.lock:
            try:
                return _response(request, self._answer(request, timeout[-1]))
            finally:
                if request.method != "GET":
                    self.after_each_write()

    def close(self) -> None:
        return None

    def _answer(self, request: PreparedRequest, timeout_s: float) -> Answer:
        path = urlsplit(str(request.url)).path
        self.requests.append(f"{request.method} {path.removeprefix('/v2')}")
        target = str(request.url).removeprefix(ENDPOINT)
        content = request.body or b""
        body = content.encode() if isinstance(content, str) else content
        asked = Request.parse(str(request.method), target, body)
        assert len(str(asked.body.get("client_order_id", ""))) <= 48

        def pass_time(seconds: float) -> None:
            if seconds > timeout_s:
                raise ReadTimeout

        try:
            return answer(self.market, asked, pass_time)
        except NoAnswer as error:
            raise Dropped("connection reset by peer") from error


def _response(request: PreparedRequest, found: Answer) -> Response:
    response = Response()
    response.status_code = found.status
    response.request = request
    response.url = str(request.url)
    response._content = b"" if found.body is None else json.dumps(found.body).encode()
    response.encoding = "utf-8"
    if found.opens_at_s is not None:
        response.headers["X-RateLimit-Reset"] = str(int(found.opens_at_s))
    return response
