"""Alpaca, or anything that speaks its trading and market-data API, as our broker.

Importing this module imports alpaca-py and with it pandas (1.6 s on one core): functions import it
where they first need a broker, so that a malformed event is refused without paying for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from alpaca.data.historical.corporate_actions import CorporateActionsClient
from alpaca.data.historical.stock import StockHistoricalDataClient
from alpaca.data.requests import CorporateActionsRequest, StockSnapshotRequest
from alpaca.trading.client import TradingClient

from the_alchemiser.shared.broker import (
    Account,
    Asset,
    MarketClock,
    MarketView,
    Order,
    OrderTicket,
    Position,
)
from the_alchemiser.shared.broker_alpaca_clients import ActionsApi, DataApi, TradingApi
from the_alchemiser.shared.broker_alpaca_errors import translated
from the_alchemiser.shared.broker_alpaca_requests import (
    dividends_request,
    open_orders_request,
    order_request,
    restatements_request,
)
from the_alchemiser.shared.broker_alpaca_values import (
    account_of,
    action_of,
    asset_of,
    clock_of,
    order_of,
    position_of,
    view_of,
)
from the_alchemiser.shared.broker_errors import BrokerRefused, OrderFateUnknown
from the_alchemiser.shared.broker_patience import Patience
from the_alchemiser.shared.errors import ConfigurationError, TransientError
from the_alchemiser.shared.lot_actions import CorporateAction

Answer = TypeVar("Answer")

SYMBOLS_AT_ONCE = 200
"""Symbols that one address names: servers take some 8,000 characters of one."""


class AlpacaBroker:
    """Reads with retries; places an order again only after looking for the first one."""

    def __init__(
        self,
        trading: TradingClient,
        data: StockHistoricalDataClient,
        actions: CorporateActionsClient,
        patience: Patience,
    ) -> None:
        self._trading = trading
        self._data = data
        self._actions = actions
        self._patience = patience

    def account(self) -> Account:
        """Read the account's money."""
        return self._ask("account", lambda: account_of(_model(self._trading.get_account())))

    def positions(self) -> Sequence[Position]:
        """Read all open positions."""
        return self._ask(
            "positions",
            lambda: [position_of(_model(each)) for each in self._trading.get_all_positions()],
        )

    def position(self, symbol: str) -> Position | None:
        """Read what is held of one symbol, or nothing."""
        return _found(
            lambda: self._ask(
                f"position {symbol}",
                lambda: position_of(_model(self._trading.get_open_position(symbol))),
            )
        )

    def open_orders(self) -> Sequence[Order]:
        """Read every order that may still fill."""
        wanted = open_orders_request()
        return self._ask(
            "open orders",
            lambda: [order_of(_model(each)) for each in self._trading.get_orders(wanted)],
        )

    def views(self, symbols: Sequence[str]) -> Mapping[str, MarketView]:
        """Read what the market shows; a symbol of which it shows nothing is absent."""
        found: dict[str, MarketView] = {}
        for start in range(0, len(symbols), SYMBOLS_AT_ONCE):
            found |= self._some_views(symbols[start : start + SYMBOLS_AT_ONCE])
        return found

    def _some_views(self, symbols: Sequence[str]) -> Mapping[str, MarketView]:
        wanted = StockSnapshotRequest(symbol_or_symbols=list(symbols))
        return self._ask(
            f"snapshots {','.join(symbols)}",
            lambda: {
                symbol: view_of(_model(snapshot))
                for symbol, snapshot in self._data.get_stock_snapshot(wanted).items()
                if snapshot is not None
            },
        )

    def clock(self) -> MarketClock:
        """Read the broker's time and whether the market is open."""
        return self._ask("clock", lambda: clock_of(_model(self._trading.get_clock())))

    def asset(self, symbol: str) -> Asset:
        """Read what may be done with a symbol."""
        return self._ask(
            f"asset {symbol}", lambda: asset_of(_model(self._trading.get_asset(symbol)))
        )

    def restatements(self, first: date, last: date) -> Sequence[CorporateAction]:
        """Read splits, new symbols and mergers of all companies on these days, in their order.

        They are some dozens a day; a new symbol could not be asked for by the old one.
        """
        return self._actions_of(restatements_request(first, last))

    def dividends(
        self, symbols: Sequence[str], first: date, last: date
    ) -> Sequence[CorporateAction]:
        """Read the cash dividends of some symbols on these days, in their order."""
        found: list[CorporateAction] = []
        for start in range(0, len(symbols), SYMBOLS_AT_ONCE):
            some = symbols[start : start + SYMBOLS_AT_ONCE]
            found += self._actions_of(dividends_request(some, first, last))
        return sorted(found, key=lambda action: (action.day, action.action_id))

    def _actions_of(self, wanted: CorporateActionsRequest) -> list[CorporateAction]:
        def ask() -> list[CorporateAction]:
            answer = _model(self._actions.get_corporate_actions(wanted))
            listed = [each for kind in answer.data.values() for each in kind]
            actions = [action for each in listed if (action := action_of(each)) is not None]
            return sorted(actions, key=lambda action: (action.day, action.action_id))

        return self._ask("corporate actions", ask)

    def read(self, order_id: str) -> Order:
        """Read an order by the broker's own id."""
        return self._ask(
            f"order {order_id}", lambda: order_of(_model(self._trading.get_order_by_id(order_id)))
        )

    def find(self, client_order_id: str) -> Order | None:
        """Read the order with this client order id, or nothing."""
        return _found(
            lambda: self._ask(
                f"order {client_order_id}",
                lambda: order_of(_model(self._trading.get_order_by_client_id(client_order_id))),
            )
        )

    def cancel(self, order_id: str) -> None:
        """Ask to cancel; an order that is already final is left as it is."""
        try:
            self._ask(
                f"cancel {order_id}",
                lambda: self._trading.cancel_order_by_id(order_id),
            )
        except BrokerRefused as refusal:
            if refusal.status not in (404, 422):
                raise

    def place(self, ticket: OrderTicket) -> Order:
        """Place an order, or return the one that already carries its client order id.

        Raises OrderFateUnknown while nobody can say whether the order exists; after any other
        failure it does not.
        """
        may_exist = False

        def once() -> Order:
            nonlocal may_exist
            try:
                return self._place_or_find(ticket)
            except TransientError:
                may_exist = True
                raise
            except ConfigurationError as refusal:
                if not may_exist:
                    raise
                raise OrderFateUnknown(f"{refusal}; an earlier copy may be taken") from refusal

        return self._patience.call(once)

    def _place_or_find(self, ticket: OrderTicket) -> Order:
        # A lost answer does not say whether the order arrived, nor does a look-up that finds
        # nothing: it may lag behind. Only the same id again does, for it is taken or it is not.
        try:
            with translated(f"place {ticket.client_order_id}"):
                return order_of(_model(self._trading.submit_order(order_request(ticket))))
        except TransientError as failure:
            arrived = self._found_at_last(ticket, failure)
            if arrived is None:
                raise OrderFateUnknown(f"{failure}; nobody knows whether it was taken") from failure
            return arrived
        except BrokerRefused as refusal:
            if not refusal.is_taken:
                raise
            return self._taken(ticket)

    def _found_at_last(self, ticket: OrderTicket, failure: TransientError) -> Order | None:
        try:
            return self.find(ticket.client_order_id)
        except ConfigurationError as refusal:
            raise OrderFateUnknown(f"{failure}; then {refusal}") from refusal

    def _taken(self, ticket: OrderTicket) -> Order:
        earlier = self.find(ticket.client_order_id)
        if earlier is None:
            raise OrderFateUnknown(
                f"order {ticket.client_order_id} exists, as the broker says, and is not found yet"
            )
        return earlier

    def _ask(self, request: str, call: Callable[[], Answer]) -> Answer:
        def once() -> Answer:
            with translated(request):
                return call()

        return self._patience.call(once)


def connect(
    *, key: str, secret: str, endpoint: str, data_endpoint: str, patience: Patience | None = None
) -> AlpacaBroker:
    """Make a broker for two base URLs; no request is sent yet."""
    is_paper = "paper" in endpoint
    return AlpacaBroker(
        TradingApi(key, secret, paper=is_paper, url_override=endpoint.rstrip("/")),
        DataApi(key, secret, url_override=data_endpoint.rstrip("/")),
        ActionsApi(key, secret, url_override=data_endpoint.rstrip("/")),
        patience or Patience(),
    )


def _model(answer: Any) -> Any:
    # alpaca-py types each answer as a model or raw JSON; raw is off here, so it is the model.
    return answer


def _found(ask: Callable[[], Answer]) -> Answer | None:
    try:
        return ask()
    except BrokerRefused as refusal:
        if refusal.status == 404:
            return None
        raise
