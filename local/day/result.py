"""What came of a trading day, as it is kept and shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from local.day.following import Ending

RESULT_FILE = "result.json"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Signal(_Record):
    """What one strategy wanted."""

    strategy: str
    allocation: Decimal
    target_weights: dict[str, Decimal]
    """Symbol -> weight in the whole portfolio."""


class PlanLine(_Record):
    """One symbol of the plan."""

    symbol: str
    action: str
    amount: Decimal
    current_value: Decimal
    target_value: Decimal


class FillLine(_Record):
    """One execution at the broker."""

    order_id: str
    symbol: str
    side: str
    quantity: Decimal
    price: Decimal

    @property
    def value(self) -> Decimal:
        """Dollars that changed hands."""
        return self.quantity * self.price


class PositionLine(_Record):
    """One holding beside its target, both at the price that the plan was made with."""

    symbol: str
    quantity: Decimal
    value: Decimal
    target_value: Decimal

    @property
    def difference(self) -> Decimal:
        """How far the holding is from its target."""
        return self.value - self.target_value


class Profit(_Record):
    """Profit and loss of one strategy since the books were opened, in whole cents."""

    strategy: str
    realized: Decimal
    unrealized: Decimal


class MailText(_Record):
    """A mail that told of the day."""

    subject: str
    body: str


class Trouble(_Record):
    """Why a day failed."""

    function: str
    reason: str
    log: tuple[str, ...] = ()


class DayResult(_Record):
    """One trading day."""

    day: dt.date
    ending: Ending
    correlation_id: str
    seconds: float
    signals: tuple[Signal, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    fills: tuple[FillLine, ...] = ()
    positions: tuple[PositionLine, ...] = ()
    cash: Decimal
    equity: Decimal
    opened_with: Decimal
    index_close: Decimal
    profits: tuple[Profit, ...] = ()
    mails: tuple[MailText, ...] = ()
    report: str | None = None
    """Address of the report in the stack."""
    troubles: tuple[Trouble, ...] = ()
    sweeps: int = 0

    def write(self, folder: Path) -> None:
        """Keep the result in the day's folder."""
        (folder / RESULT_FILE).write_text(self.model_dump_json(indent=2))


def read_result(folder: Path) -> DayResult | None:
    """Read the result of a day, if it has one."""
    try:
        return DayResult.model_validate_json((folder / RESULT_FILE).read_text())
    except (OSError, ValueError):
        return None
