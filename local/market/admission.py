"""Which orders the broker takes: what account and asset permit, and what there is money for."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from local.market.books import Books
from local.market.faults import FaultKind
from local.market.funds import Funds, cost_of
from local.market.orders import Order, Ticket
from local.market.refusals import (
    day_trade,
    lacking_funds,
    not_tradable,
    refusal_of,
    restricted,
    whole_shares_only,
)
from local.market.tape import Tape
from local.market.terms import Terms

NOTHING = Decimal(0)


def require_permitted(ticket: Ticket, tape: Tape, terms: Terms) -> None:
    """Refuse what the account or the asset does not permit."""
    listing = tape.listing(ticket.symbol)
    if terms.is_shut or tape.faults.take(FaultKind.REFUSE, symbol=ticket.symbol):
        raise restricted()
    if tape.faults.take(FaultKind.REFUSE_DAY_TRADE, symbol=ticket.symbol):
        raise day_trade()
    if not listing.is_tradable:
        raise not_tradable(ticket.symbol)
    if not listing.is_fractionable and ticket.quantity % 1:
        raise whole_shares_only(ticket.symbol)


def require_money(
    ticket: Ticket, tape: Tape, books: Books, orders: Iterable[Order], funds: Funds
) -> None:
    """Refuse what there is too little money or too few shares for."""
    if tape.faults.take(FaultKind.REFUSE_FUNDS, symbol=ticket.symbol):
        raise lacking_funds("insufficient buying power")
    true, held = tape.true_quote(ticket.symbol), books.held(ticket.symbol)
    offered = (
        order.left
        for order in orders
        if order.is_open and not order.is_buy and order.symbol == ticket.symbol
    )
    # Buying back what is short needs no buying power: it gives some back.
    opening_quantity = max(ticket.quantity - max(-held, NOTHING), NOTHING)
    refusal = refusal_of(
        side=ticket.side,
        quantity=ticket.quantity,
        value=ticket.quantity * (ticket.limit_price or true.ask),
        cost=cost_of(opening_quantity, ticket.limit_price, true),
        buying_power=funds.buying_power,
        available=held - sum(offered, NOTHING),
    )
    if refusal is not None:
        raise refusal
