"""Which quotes are believed: those that spread, last trade and previous close bear out.

Quotes of one exchange may lie far off, lack a side or be crossed for a while, and orders sized by
them spend what nobody planned. So a quote is held against what is known besides it. Bounds: five
per cent is the narrowest band in which the exchanges let a liquid share trade before they pause it,
https://www.luldplan.com; a share may move further within a day, but then its last trade has too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from the_alchemiser.shared.broker import MarketView, Quote
from the_alchemiser.shared.ticks import tick

WIDEST_SPREAD = Decimal("0.05")
"""Of the middle; a spread of so many ticks is never too wide."""
NARROW_TICKS = 6
FROM_RECENT_TRADE = Decimal("0.05")
"""How far a quote may lie from a trade of the last minutes."""
FROM_OLDER_PRICE = Decimal("0.25")
"""How far from an older trade or from the previous close."""
MADE_UP_SPREAD = Decimal("0.001")
"""Distance of a side that nobody quotes from the other, and at least a tick."""


def doubt(view: MarketView, now: datetime | None, max_age_s: float) -> str | None:
    """Say why a quote is not believed, or nothing; ages are not looked at without a time."""
    quote = view.quote
    if quote is None:
        return "expected a quote, found none"
    if quote.bid <= 0 and quote.ask <= 0:
        return "expected a bid or an ask above zero, found neither"
    if now is not None and (age_s := (now - quote.at).total_seconds()) > max_age_s:
        return f"expected a quote of the last {max_age_s:.0f} s, found one of {age_s:.0f} s ago"
    return _spread_doubt(quote) or _price_doubt(view, quote, now, max_age_s)


def two_sided(quote: Quote) -> Quote:
    """Make up the side of a believed quote that nobody quotes, just beside the other."""
    if quote.bid > 0 and quote.ask > 0:
        return quote
    spread = max(quote.mid * MADE_UP_SPREAD, tick(quote.mid))
    if quote.bid > 0:
        return replace(quote, ask=quote.bid + spread)
    return replace(quote, bid=max(quote.ask - spread, tick(quote.ask)))


def _spread_doubt(quote: Quote) -> str | None:
    if quote.bid <= 0 or quote.ask <= 0:
        return None
    spread = quote.ask - quote.bid
    if spread < 0:
        return f"expected a bid below the ask, found {quote.bid} above {quote.ask}"
    if spread > max(quote.mid * WIDEST_SPREAD, tick(quote.mid) * NARROW_TICKS):
        return f"expected a spread up to {WIDEST_SPREAD:.0%}, found {quote.bid} and {quote.ask}"
    return None


def _price_doubt(
    view: MarketView, quote: Quote, now: datetime | None, max_age_s: float
) -> str | None:
    known, bound, what = _evidence(view, now, max_age_s)
    if known is None:
        if quote.bid > 0 and quote.ask > 0:
            return None
        return "expected a last trade or a close to hold a one-sided quote against, found none"
    if abs(quote.mid - known) > known * bound:
        return f"expected a quote within {bound:.0%} of {what} {known}, found {quote.mid}"
    return None


def _evidence(
    view: MarketView, now: datetime | None, max_age_s: float
) -> tuple[Decimal | None, Decimal, str]:
    traded, at = view.last_trade, view.traded_at
    if traded and traded > 0 and at is not None:
        moment = now or at
        if (moment - at).total_seconds() <= max_age_s:
            return traded, FROM_RECENT_TRADE, "the last trade at"
        if at.date() == moment.date():
            return traded, FROM_OLDER_PRICE, "the day's last trade at"
    close = view.previous_close
    return close if close and close > 0 else None, FROM_OLDER_PRICE, "the previous close of"
