"""What Alpaca is asked for, in the words of alpaca-py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from alpaca.data.enums import CorporateActionsType
from alpaca.data.requests import CorporateActionsRequest
from alpaca.trading.enums import QueryOrderStatus, TimeInForce
from alpaca.trading.requests import (
    GetOrdersRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    OrderRequest,
)

from the_alchemiser.shared.broker import OrderTicket
from the_alchemiser.shared.broker_alpaca_values import SIDES

RESTATEMENTS = (
    CorporateActionsType.FORWARD_SPLIT,
    CorporateActionsType.REVERSE_SPLIT,
    CorporateActionsType.STOCK_DIVIDEND,
    CorporateActionsType.NAME_CHANGE,
    CorporateActionsType.STOCK_MERGER,
    CorporateActionsType.CASH_MERGER,
    CorporateActionsType.STOCK_AND_CASH_MERGER,
    CorporateActionsType.REDEMPTION,
    CorporateActionsType.WORTHLESS_REMOVAL,
)
"""What changes shares or names: https://docs.alpaca.markets/reference/corporateactions-1. Of
spin-offs, rights and units nobody says here what part of the cost goes with which share, so they
are not among them; positions that they change differ from lots, as mails say.
"""
OPEN_ORDERS_LIMIT = 500
"""Most orders that one answer may carry: https://docs.alpaca.markets/reference/getallorders."""


def order_request(ticket: OrderTicket) -> OrderRequest:
    """Ask for an order of one day: a limit order where the ticket has a limit."""
    fields: dict[str, Any] = {
        "symbol": ticket.symbol,
        "qty": ticket.quantity,
        "side": SIDES[ticket.side],
        "time_in_force": TimeInForce.DAY,
        "client_order_id": ticket.client_order_id,
    }
    if ticket.limit_price is None:
        return MarketOrderRequest(**fields)
    return LimitOrderRequest(**fields, limit_price=ticket.limit_price)


def open_orders_request() -> GetOrdersRequest:
    """Ask for every order that may still fill."""
    return GetOrdersRequest(status=QueryOrderStatus.OPEN, limit=OPEN_ORDERS_LIMIT)


def restatements_request(first: date, last: date) -> CorporateActionsRequest:
    """Ask for what changed shares or names of all companies on these days."""
    return CorporateActionsRequest(types=list(RESTATEMENTS), start=first, end=last, limit=None)


def dividends_request(symbols: Sequence[str], first: date, last: date) -> CorporateActionsRequest:
    """Ask for the cash dividends of some symbols on these days."""
    return CorporateActionsRequest(
        symbols=list(symbols),
        types=[CorporateActionsType.CASH_DIVIDEND],
        start=first,
        end=last,
        limit=None,
    )
