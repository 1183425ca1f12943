"""Which days can be traded: those of the closes that the simulated market plays back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from local.market.prices import INDEX, Prices
from local.problems import LocalProblem

FIRST_SHOWN = date(2022, 3, 15)
"""The day that a newcomer sees traded."""

HISTORY_DAYS = 300
"""Trading days before the first one that can be traded: the longest window of the strategies
and the extra bars that an average over all of them wants."""


@cache
def prices() -> Prices:
    """Read the closes, once."""
    return Prices.read()


def tradable_days() -> tuple[date, ...]:
    """Give every day that can be traded, oldest first."""
    return prices().days[HISTORY_DAYS:]


def parse_day(text: str, name: str = "DATE") -> date:
    """Read a day that can be traded; raise LocalProblem for any other text."""
    days = tradable_days()
    first, last = days[0], days[-1]
    example = f"Name a trading day from {first} to {last}, such as {name}={FIRST_SHOWN}."
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise LocalProblem(f"{name}={text!r} is no date of the form YYYY-MM-DD.", example) from None
    if not first <= day <= last:
        raise LocalProblem(
            f"{name}={day} is out of range: the closes shipped with the simulated market, less "
            "the history that strategies need, do not reach it.",
            example,
        )
    if not prices().is_trading_day(day):
        before = max(known for known in days if known < day)
        after = min(known for known in days if known > day)
        raise LocalProblem(
            f"{name}={day} is a {day:%A} on which the market was closed.",
            f"The trading days next to it are {before} and {after}.",
        )
    return day


def parse_range(first: str, last: str) -> tuple[date, ...]:
    """Read a range of days and give the trading days in it, of which there have to be two."""
    start, end = _parse_bound(first, "FROM"), _parse_bound(last, "TO")
    if end < start:
        raise LocalProblem(
            f"FROM={start} TO={end} ends before it begins.",
            f"Exchange them: `make days FROM={end} TO={start}`.",
        )
    days = tuple(day for day in tradable_days() if start <= day <= end)
    if len(days) < 2:
        raise LocalProblem(
            f"FROM={start} TO={end} holds {len(days)} trading days, and two or more are a range.",
            "For a single day use `make day DATE=…`.",
        )
    return days


def _parse_bound(text: str, name: str) -> date:
    days = tradable_days()
    try:
        bound = date.fromisoformat(text)
    except ValueError:
        return parse_day(text, name)
    # A month may begin or end on a day on which nobody trades; years without closes are refused.
    return bound if days[0] <= bound <= days[-1] else parse_day(text, name)


def next_day(day: date) -> date | None:
    """Give the trading day after a day, or None after the last."""
    return next((known for known in tradable_days() if known > day), None)


def index_close(day: date) -> str:
    """Give the S&P 500 at the end of a day."""
    return str(prices().close(INDEX, day))


def index_before(day: date) -> Decimal:
    """Give the S&P 500 at the close before a day."""
    earlier = max(known for known in prices().days if known < day)
    return Decimal(index_close(earlier))
