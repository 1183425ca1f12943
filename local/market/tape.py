"""What the market's prices truly are, and what it shows of them; the two may differ.

Fills, equity and buying power go by the true price alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from local.market.bars import Restatement, restated
from local.market.faults import FaultKind, Faults
from local.market.hours import NEW_YORK, closing, opening
from local.market.listing import Listing, ShownQuote
from local.market.orders import Quote
from local.market.prices import NoPriceError, Prices
from local.market.refusals import no_such
from local.market.ticks import tick

SPREAD_PART = Decimal("0.0004")
"""Spread between the true bid and ask, as a part of the price; never less than two ticks."""


@dataclass(slots=True)
class Tape:
    """One clock, and what is true and shown of every symbol at its time."""

    prices: Prices
    now: datetime
    faults: Faults = field(default_factory=Faults)
    listings: dict[str, Listing] = field(default_factory=dict)
    """Terms of the symbols that differ from the usual ones."""
    fixed: dict[str, Decimal] = field(default_factory=dict)
    """True prices that somebody set, also of symbols without a close."""
    moved: dict[str, Decimal] = field(default_factory=dict)
    """By what the true price of a symbol has moved since the day began."""
    closed_at: dict[str, Decimal] = field(default_factory=dict)
    """Closes of the day before that somebody set."""
    shown: dict[str, ShownQuote] = field(default_factory=dict)
    restatements: list[Restatement] = field(default_factory=list)
    """Splits and dividends, past and to come, under the symbols of the data set."""
    origins: dict[str, str] = field(default_factory=dict)
    """Symbol of the data set, for what was renamed."""
    gone: set[str] = field(default_factory=set)
    """Symbols that are traded under another name now."""

    @property
    def today(self) -> date:
        """Date in New York."""
        return self.now.astimezone(NEW_YORK).date()

    @property
    def is_open(self) -> bool:
        """Whether the market trades now."""
        return self.prices.is_trading_day(self.today) and self._is_within_hours()

    def _is_within_hours(self) -> bool:
        return opening(self.today) <= self.now < closing(self.today)

    @property
    def known_restatements(self) -> tuple[Restatement, ...]:
        """Splits and dividends up to today."""
        return tuple(event for event in self.restatements if event.day <= self.today)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Everything that is listed."""
        named = {*self.prices.symbols, *self.fixed, *self.origins} - self.gone
        return tuple(sorted(named))

    def lists(self, symbol: str) -> bool:
        """Tell whether a symbol is traded here."""
        known = symbol in self.fixed or symbol in self.origins or symbol in self.prices.symbols
        return known and symbol not in self.gone

    def listing(self, symbol: str) -> Listing:
        """Give the terms of a symbol; raise Refusal for one that is not traded here."""
        if not self.lists(symbol):
            raise no_such("asset", symbol)
        return self.listings.get(symbol, Listing())

    def origin(self, symbol: str) -> str:
        """Give the name under which the data set has a symbol."""
        return self.origins.get(symbol, symbol)

    def price(self, symbol: str) -> Decimal:
        """Return the true price; raise NoPriceError where there is none."""
        if symbol in self.fixed:
            price = self.fixed[symbol]
        else:
            name = self.origin(symbol)
            price = restated(self.prices.close(name, self.today), name, self.known_restatements)
        return price * self.moved.get(symbol, 1)

    def previous_close(self, symbol: str) -> Decimal:
        """Return the close of the trading day before, in the shares of that day."""
        if symbol in self.fixed:
            return self.closed_at.get(symbol, self.fixed[symbol])
        before, name = self.today - timedelta(days=1), self.origin(symbol)
        earlier = tuple(event for event in self.restatements if event.day <= before)
        return restated(self.prices.close(name, before), name, earlier)

    def last_trade(self, symbol: str) -> tuple[Decimal, datetime]:
        """Return the price and moment of the last trade: the truth, or that of before a halt."""
        return self.price(symbol), self.listing(symbol).halted_at or self.now

    def true_quote(self, symbol: str) -> Quote:
        """Return the spread at which orders are filled, in ticks; raise Refusal without a price."""
        listing = self.listing(symbol)
        try:
            price = self.price(symbol)
        except NoPriceError as error:
            raise no_such("quote", symbol) from error
        step = tick(price)
        half = max(price * SPREAD_PART / 2, step)
        if listing.spread is not None:
            half = listing.spread / 2
        return Quote(
            symbol=symbol,
            bid=max((price - half).quantize(step, ROUND_HALF_UP), step),
            ask=(price + half).quantize(step, ROUND_HALF_UP),
            at=listing.halted_at or self.now,
        )

    def quote(self, symbol: str) -> Quote | None:
        """Return the quote that is shown, or None while nobody quotes the symbol."""
        quote = self.true_quote(symbol)
        put = self.shown.get(symbol)
        if put is not None:
            quote = replace(quote, bid=put.bid, ask=put.ask, at=put.at or quote.at)
        if self.faults.take(FaultKind.NO_QUOTE, symbol=symbol):
            return None
        return self._distorted(quote)

    def _distorted(self, quote: Quote) -> Quote:
        price, nothing = self.price(quote.symbol), Decimal(0)
        step = tick(price)
        take = self.faults.take
        if stale := take(FaultKind.STALE_QUOTE, symbol=quote.symbol):
            quote = replace(quote, at=self.now - timedelta(seconds=float(stale.value)))
        if take(FaultKind.NO_BID, symbol=quote.symbol):
            quote = replace(quote, bid=nothing)
        if take(FaultKind.NO_ASK, symbol=quote.symbol):
            quote = replace(quote, ask=nothing)
        if low := take(FaultKind.LOW_BID, symbol=quote.symbol):
            quote = replace(quote, bid=(price * low.value).quantize(step))
        if crossed := take(FaultKind.CROSSED_QUOTE, symbol=quote.symbol):
            quote = replace(
                quote,
                bid=(price * crossed.value).quantize(step),
                ask=(price / crossed.value).quantize(step),
            )
        if far := take(FaultKind.FAR_OFF_QUOTE, symbol=quote.symbol):
            quote = replace(
                quote,
                bid=(quote.bid * far.value).quantize(step),
                ask=(quote.ask * far.value).quantize(step),
            )
        return quote

    # --- What tools and tests set ----------------------------------------------------------------

    def fix(self, symbol: str, price: Decimal, listing: Listing | None = None) -> None:
        """Set a symbol's true price, listing it if need be; its quote follows."""
        self.fixed[symbol] = price
        self.moved.pop(symbol, None)
        if listing is not None:
            self.listings[symbol] = listing

    def show(self, symbol: str, bid: Decimal, ask: Decimal, at: datetime | None = None) -> None:
        """Show this quote from now on, whatever is true."""
        self.shown[symbol] = ShownQuote(bid=bid, ask=ask, at=at)

    def change(self, symbol: str, **terms: object) -> None:
        """Change some terms of a symbol."""
        self.listings[symbol] = replace(self.listing(symbol), **terms)  # type: ignore[arg-type]

    def halt(self, symbol: str) -> None:
        """Halt trading in a symbol."""
        self.change(symbol, halted_at=self.now)

    def resume(self, symbol: str) -> None:
        """Let a symbol trade again."""
        self.change(symbol, halted_at=None)

    def move(self, symbol: str, factor: Decimal) -> None:
        """Let the true price become so many times what it is, until the next day."""
        self.moved[symbol] = self.moved.get(symbol, Decimal(1)) * factor
