"""Splits, dividends, changes of symbol and mergers: what they do on their day, before the open.

https://docs.alpaca.markets/docs/mandatory-corporate-actions; the feed that tells of them:
https://docs.alpaca.markets/reference/corporateactions-1
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from local.market.bars import Restatement, restated
from local.market.books import Books
from local.market.tape import Tape
from local.market.ticks import CENT


@dataclass(frozen=True, kw_only=True, slots=True)
class SymbolChange:
    """A company's shares are traded under another symbol from a day on."""

    symbol: str
    """The old one, which is no asset any more."""
    new_symbol: str
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Merger:
    """A company's shares become another's, or money, or both; or nothing, when they are void."""

    symbol: str
    day: date
    new_symbol: str | None = None
    ratio: Decimal = Decimal(0)
    """Shares of the acquirer for an old one."""
    cash: Decimal = Decimal(0)
    """Dollars for an old share."""


CorporateAction = Restatement | SymbolChange | Merger


@dataclass(slots=True)
class CorporateActions:
    """Everything that was announced, past and to come."""

    announced: list[CorporateAction] = field(default_factory=list)
    paid: dict[CorporateAction, Decimal] = field(default_factory=dict)
    """Dollars a share of the dividends that were paid."""

    def announce(self, action: CorporateAction, tape: Tape) -> None:
        """Plan an action."""
        self.announced.append(action)
        if isinstance(action, Restatement):
            tape.restatements.append(action)

    def due(self, after: date, until: date) -> list[CorporateAction]:
        """Give the actions of the days after one and up to another, in their order."""
        found = [action for action in self.announced if after < action.day <= until]
        return sorted(found, key=lambda action: action.day)

    def take_effect(self, action: CorporateAction, tape: Tape, books: Books) -> None:
        """Change holdings, cash and names as an action does."""
        if isinstance(action, SymbolChange):
            _rename(action, tape, books)
            return
        if isinstance(action, Merger):
            books.merge(action.symbol, action.new_symbol, action.ratio, action.cash)
            tape.gone.add(action.symbol)
            return
        if action.is_dividend:
            self.paid[action] = _dividend(action, tape)
            books.receive(action.symbol, self.paid[action])
        else:
            books.split(action.symbol, action.ratio)
        if action.symbol in tape.fixed:
            tape.closed_at[action.symbol] = tape.fixed[action.symbol]
            tape.fixed[action.symbol] /= action.ratio


def _dividend(action: Restatement, tape: Tape) -> Decimal:
    if action.symbol in tape.fixed:
        price = tape.fixed[action.symbol]
    else:
        earlier = tuple(each for each in tape.restatements if each.day < action.day)
        before = tape.prices.close(action.symbol, action.day - timedelta(days=1))
        price = restated(before, action.symbol, earlier)
    return (price - price / action.ratio).quantize(CENT)


def _rename(change: SymbolChange, tape: Tape, books: Books) -> None:
    old, new = change.symbol, change.new_symbol
    tape.origins[new] = tape.origin(old)
    for prices in (tape.fixed, tape.closed_at):
        if old in prices:
            prices[new] = prices.pop(old)
    if old in tape.listings:
        tape.listings[new] = tape.listings.pop(old)
    tape.gone.add(old)
    books.rename(old, new)
