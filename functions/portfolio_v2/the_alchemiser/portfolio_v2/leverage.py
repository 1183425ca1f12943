"""When borrowed money may be deployed."""

from __future__ import annotations

from decimal import Decimal

from the_alchemiser.portfolio_v2.snapshot import Margin
from the_alchemiser.shared.errors import PlanRejected

HIGHEST_DEPLOYMENT = Decimal("1.50")
MOST_MARGIN_USED = Decimal("0.75")
MARGIN_USED_WARNING = Decimal("0.60")
LEAST_MAINTENANCE_BUFFER = Decimal("0.10")


def margin_used(margin: Margin) -> Decimal:
    """Give the fraction of the borrowing limit in use: initial margin / (equity x multiplier)."""
    limit = margin.equity * margin.multiplier
    return margin.initial_margin / limit if limit > 0 else Decimal(1)


def require_room_to_borrow(margin: Margin | None) -> None:
    """Refuse to borrow without margin data, near the limit, or near a margin call."""
    if margin is None:
        raise PlanRejected(
            "deploying more than the equity needs the broker's margin data, it gave none"
        )
    used = margin_used(margin)
    if used > MOST_MARGIN_USED:
        raise PlanRejected(
            f"expected at most {MOST_MARGIN_USED:.0%} of the margin in use, found {used:.1%}"
        )
    if margin.maintenance_margin <= 0:
        return
    buffer = (margin.equity - margin.maintenance_margin) / margin.maintenance_margin
    if buffer < LEAST_MAINTENANCE_BUFFER:
        raise PlanRejected(
            f"expected equity {LEAST_MAINTENANCE_BUFFER:.0%} above the maintenance margin, "
            f"found {buffer:.1%}"
        )
