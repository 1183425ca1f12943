"""The broker's things in Alpaca's JSON forms."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from local.market.bars import DERIVED_VOLUME, Bar, Restatement
from local.market.books import Books, Fill
from local.market.broker import Broker
from local.market.corporate_actions import CorporateAction, Merger
from local.market.hours import NEW_YORK, closing, opening
from local.market.listing import Listing
from local.market.orders import Order, Quote

Json = dict[str, Any]


def account(broker: Broker) -> Json:
    """Give the account: https://docs.alpaca.markets/reference/getaccount-1."""
    funds, terms = broker.funds, broker.terms
    return {
        "id": _id("account"),
        "account_number": "SIMULATED",
        "status": terms.status,
        "currency": terms.currency,
        "trading_blocked": terms.trading_blocked,
        "account_blocked": terms.account_blocked,
        "trade_suspended_by_user": terms.trade_suspended_by_user,
        "pattern_day_trader": terms.pattern_day_trader,
        "cash": str(funds.cash),
        "equity": str(funds.equity),
        "portfolio_value": str(funds.equity),
        "buying_power": str(funds.buying_power),
        "regt_buying_power": str(funds.regt_buying_power),
        "long_market_value": str(funds.long_value),
        "initial_margin": str(funds.initial_margin),
        "maintenance_margin": str(funds.maintenance_margin),
        "multiplier": str(terms.multiplier),
    }


def position(broker: Broker, symbol: str) -> Json:
    """Give one holding."""
    quantity, cost = broker.books.held(symbol), broker.books.costs[symbol]
    price = broker.tape.price(symbol)
    return {
        "asset_id": _id(symbol),
        "symbol": symbol,
        "exchange": "NYSE",
        "asset_class": "us_equity",
        "qty": str(quantity),
        "qty_available": str(quantity),
        "avg_entry_price": str(cost / quantity),
        "side": "long" if quantity > 0 else "short",
        "market_value": str(quantity * price),
        "cost_basis": str(cost),
        "current_price": str(price),
        "lastday_price": str(broker.tape.previous_close(symbol)),
        "unrealized_pl": str(quantity * price - cost),
    }


def asset(symbol: str, listing: Listing) -> Json:
    """Give what may be done with a symbol."""
    return {
        "id": _id(symbol),
        "class": "us_equity",
        "exchange": "NYSE",
        "symbol": symbol,
        "name": symbol,
        "status": "active",
        "tradable": listing.is_tradable,
        "marginable": False,
        "shortable": False,
        "easy_to_borrow": False,
        "fractionable": listing.is_fractionable,
    }


def order(found: Order) -> Json:
    """Spell an order as Alpaca's trading API does."""
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
        "replaced_by": found.replaced_by,
    }


def quote(found: Quote) -> Json:
    """Spell a quote as Alpaca's data API does, with one round lot on each side."""
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


def trade(price: Decimal, at: datetime) -> Json:
    """Spell a trade of one round lot as Alpaca's data API does."""
    return {"t": _moment(at), "x": "N", "p": float(price), "s": 100, "c": ["@"], "i": 1, "z": "A"}


def flat_bar(day: date, close: Decimal) -> Json:
    """Give a daily bar of which only the close is known."""
    return bar(Bar(day=day, open=close, high=close, low=close, close=close))


def corporate_action(action: CorporateAction, per_share: Decimal) -> tuple[str, Json]:
    """Give the list of the answer that an action belongs to, and its row there."""
    day = action.day.isoformat()
    if isinstance(action, Merger):
        return _merger(action, day)
    if not isinstance(action, Restatement):
        row = {"old_symbol": action.symbol, "new_symbol": action.new_symbol}
        cusips = {"old_cusip": _id(action.symbol), "new_cusip": _id(action.new_symbol)}
        return "name_changes", {"id": _id(f"{row}{day}"), **row, **cusips, "process_date": day}
    named = {
        "id": _id(f"{action.symbol}{day}{action.ratio}"),
        "symbol": action.symbol,
        "process_date": day,
        "ex_date": day,
    }
    cusip = _id(action.symbol)
    if action.is_dividend:
        paid = {"rate": float(per_share), "special": False, "foreign": False}
        return "cash_dividends", {**named, **paid, "cusip": cusip, "payable_date": day}
    new, old = action.ratio.as_integer_ratio()
    rates = {"new_rate": float(new), "old_rate": float(old), "payable_date": day}
    if action.ratio > 1:
        return "forward_splits", {**named, **rates, "cusip": cusip}
    return "reverse_splits", {**named, **rates, "old_cusip": cusip, "new_cusip": cusip}


def _merger(action: Merger, day: str) -> tuple[str, Json]:
    row = {"id": _id(f"{action}"), "process_date": day}
    gone = {"acquiree_symbol": action.symbol, "acquiree_cusip": _id(action.symbol)}
    if action.new_symbol is None:
        if not action.cash:
            void = {"symbol": action.symbol, "cusip": _id(action.symbol)}
            return "worthless_removals", {**row, **void}
        return "cash_mergers", {**row, **gone, "rate": float(action.cash), "effective_date": day}
    new, old = action.ratio.as_integer_ratio()
    row |= {"acquirer_symbol": action.new_symbol, "acquirer_cusip": _id(action.new_symbol)}
    rates = {"acquirer_rate": float(new), "acquiree_rate": float(old), "effective_date": day}
    if not action.cash:
        return "stock_mergers", {**row, **gone, **rates}
    cash = {"cash_rate": float(action.cash * old)}
    return "stock_and_cash_mergers", {**row, **gone, **rates, **cash}


def clock(broker: Broker) -> Json:
    """Give the market's clock."""
    tape = broker.tape
    days = [day for day in tape.prices.days if day >= tape.today][:2]
    # After the last day of the data the market stays shut for good.
    never = tape.now + timedelta(days=365)
    return {
        "timestamp": _moment(tape.now),
        "is_open": tape.is_open,
        "next_open": _moment(next((at for at in map(opening, days) if at > tape.now), never)),
        "next_close": _moment(next((at for at in map(closing, days) if at > tape.now), never)),
    }


def calendar(days: list[date]) -> list[Json]:
    """Give trading days."""
    return [
        {"date": day.isoformat(), "open": f"{opening(day):%H:%M}", "close": f"{closing(day):%H:%M}"}
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
