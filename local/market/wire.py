"""The exchange's things in Alpaca's JSON forms."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from local.market.bars import DERIVED_VOLUME, Bar
from local.market.books import Books, Fill
from local.market.exchange import CLOSES, NEW_YORK, OPENS, Exchange
from local.market.orders import Order, Quote

Json = dict[str, Any]


def account(exchange: Exchange) -> Json:
    """Give the account."""
    equity = exchange.equity
    invested = equity - exchange.books.cash
    return {
        "id": _id("account"),
        "account_number": "SIMULATED",
        "status": "ACTIVE",
        "currency": "USD",
        "cash": str(exchange.books.cash),
        "equity": str(equity),
        "portfolio_value": str(equity),
        "buying_power": str(exchange.buying_power),
        "regt_buying_power": str(exchange.buying_power),
        "long_market_value": str(invested),
        "initial_margin": str(invested),
        "maintenance_margin": str(invested * Decimal("0.3")),
        "multiplier": "1",
    }


def position(exchange: Exchange, symbol: str) -> Json:
    """Give one holding."""
    quantity, cost = exchange.books.held(symbol), exchange.books.costs[symbol]
    price = exchange.price(symbol)
    return {
        "asset_id": _id(symbol),
        "symbol": symbol,
        "exchange": "NYSE",
        "asset_class": "us_equity",
        "qty": str(quantity),
        "qty_available": str(quantity),
        "avg_entry_price": str(cost / quantity),
        "side": "long",
        "market_value": str(quantity * price),
        "cost_basis": str(cost),
        "current_price": str(price),
        "unrealized_pl": str(quantity * price - cost),
    }


def asset(symbol: str) -> Json:
    """Give what may be done with a symbol."""
    return {
        "id": _id(symbol),
        "class": "us_equity",
        "exchange": "NYSE",
        "symbol": symbol,
        "name": symbol,
        "status": "active",
        "tradable": True,
        "marginable": False,
        "shortable": False,
        "easy_to_borrow": False,
        "fractionable": True,
    }


def order(found: Order) -> Json:
    """Give one order."""
    updated = _moment(found.updated_at or found.placed_at)
    return {
        "id": found.order_id,
        "client_order_id": found.client_order_id,
        "created_at": _moment(found.placed_at),
        "submitted_at": _moment(found.placed_at),
        "updated_at": updated,
        "filled_at": updated if found.filled_quantity else None,
        "asset_id": _id(found.symbol),
        "asset_class": "us_equity",
        "symbol": found.symbol,
        "qty": str(found.quantity),
        "filled_qty": str(found.filled_quantity),
        "filled_avg_price": None if found.average_price is None else str(found.average_price),
        "order_class": "",
        "type": found.kind,
        "order_type": found.kind,
        "side": found.side,
        "time_in_force": "day",
        "limit_price": None if found.limit_price is None else str(found.limit_price),
        "status": found.status.value,
        "extended_hours": False,
    }


def quote(found: Quote) -> Json:
    """Give one quote."""
    return {
        "t": _moment(found.at),
        "bp": float(found.bid),
        "ap": float(found.ask),
        "bs": 1,
        "as": 1,
        "bx": "N",
        "ax": "N",
        "c": ["R"],
        "z": "A",
    }


def bar(found: Bar) -> Json:
    """Give one daily bar; Alpaca stamps it with midnight in New York."""
    start = datetime.combine(found.day, time.min, NEW_YORK)
    return {
        "t": _moment(start),
        "o": float(found.open),
        "h": float(found.high),
        "l": float(found.low),
        "c": float(found.close),
        "v": DERIVED_VOLUME,
        "n": 1,
        "vw": float(found.close),
    }


def clock(exchange: Exchange) -> Json:
    """Give the market's clock."""
    days = [day for day in exchange.prices.days if day >= exchange.today][:2]
    opens = [datetime.combine(day, OPENS, NEW_YORK) for day in days]
    closes = [datetime.combine(day, CLOSES, NEW_YORK) for day in days]
    # After the last day of the data the market stays shut for good.
    never = exchange.now + timedelta(days=365)
    return {
        "timestamp": _moment(exchange.now),
        "is_open": exchange.is_open,
        "next_open": _moment(next((at for at in opens if at > exchange.now), never)),
        "next_close": _moment(next((at for at in closes if at > exchange.now), never)),
    }


def calendar(days: list[date]) -> list[Json]:
    """Give trading days."""
    return [
        {"date": day.isoformat(), "open": f"{OPENS:%H:%M}", "close": f"{CLOSES:%H:%M}"}
        for day in days
    ]


def books(found: Books) -> Json:
    """Give the books whole, in exact decimals."""
    return {
        "cash": str(found.cash),
        "opened_with": str(found.opened_with),
        "positions": {symbol: str(quantity) for symbol, quantity in found.quantities.items()},
        "costs": {symbol: str(cost) for symbol, cost in found.costs.items()},
        "fills": [_fill(fill) for fill in found.fills],
    }


def _fill(fill: Fill) -> Json:
    return {
        "order_id": fill.order_id,
        "client_order_id": fill.client_order_id,
        "symbol": fill.symbol,
        "side": fill.side,
        "quantity": str(fill.quantity),
        "price": str(fill.price),
        "at": _moment(fill.at),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"simulated/{name}"))
