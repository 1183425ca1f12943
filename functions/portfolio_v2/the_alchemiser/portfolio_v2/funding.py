"""Whether the money for the buys is there, once small differences are left alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

from the_alchemiser.shared.errors import PlanRejected
from the_alchemiser.shared.money import CENT

NOTHING = Decimal(0)


def fund(
    differences: Mapping[str, Decimal],
    *,
    smallest: Decimal,
    available: Decimal,
    is_borrowing: bool,
    kept_back: Decimal = NOTHING,
) -> dict[str, Decimal]:
    """Give the trade amount of each symbol: zero where the difference is below the smallest.

    A sell that is too small to be worth an order still was to pay for a buy, and so was a holding
    that cannot be sold today: `kept_back` dollars of those. What is missing for such reasons is
    taken off the buys in proportion; anything else that is missing is an error.
    """
    trade_amounts = {symbol: _worthwhile(each, smallest) for symbol, each in differences.items()}
    lacking = shortfall(trade_amounts, available)
    if lacking <= CENT:
        return trade_amounts
    held_back = -sum((each for each in differences.values() if -smallest < each < 0), NOTHING)
    rounding = CENT * len(differences)
    if lacking > held_back + kept_back + rounding:
        source = "Reg T buying power" if is_borrowing else "cash"
        raise PlanRejected(
            f"the buys need {lacking:.2f} more than {source} and sells provide",
            details={"lacking": str(lacking), "available": str(available)},
        )
    return {
        symbol: _worthwhile(each, smallest) for symbol, each in trim(trade_amounts, lacking).items()
    }


def shortfall(trade_amounts: Mapping[str, Decimal], available: Decimal) -> Decimal:
    """Give by how much the buys exceed what is available plus the sells."""
    return sum(trade_amounts.values(), NOTHING) - available


def trim(trade_amounts: Mapping[str, Decimal], lacking: Decimal) -> dict[str, Decimal]:
    """Take a sum off the buys, each in proportion to its size and in whole cents."""
    buys = sum((each for each in trade_amounts.values() if each > 0), NOTHING)
    fraction = min(lacking / buys, Decimal(1))
    return {
        symbol: each - min(each, (each * fraction).quantize(CENT, ROUND_UP)) if each > 0 else each
        for symbol, each in trade_amounts.items()
    }


def _worthwhile(difference: Decimal, smallest: Decimal) -> Decimal:
    return difference if abs(difference) >= smallest else NOTHING
