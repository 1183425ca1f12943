"""What the market can be told to do wrong."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    """Kinds of misbehaviour."""

    LATENCY = "latency"
    """Answer after `value` seconds."""
    STATUS = "status"
    """Answer with HTTP status `value` and do nothing."""
    DROP = "drop"
    """Close the connection without an answer and do nothing."""
    DROP_AFTER = "drop_after"
    """Do what was asked, then close the connection without an answer."""
    SLOW_ANSWER = "slow_answer"
    """Do what was asked, and answer `value` seconds later."""
    PARTIAL_FILL = "partial_fill"
    """Fill the share `value` of an order; the rest stays open."""
    LATE_FILL = "late_fill"
    """Fill an order only after it was read `value` times."""
    REJECT = "reject"
    """Take an order and reject it."""
    STALE_QUOTE = "stale_quote"
    """Quote prices that are `value` seconds old."""


class Fault(BaseModel):
    """One rule: what goes wrong, where, and how often."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    method: str = "*"
    path: str = ""
    """Beginning of the path."""
    symbol: str | None = None
    value: Decimal = Decimal(0)
    count: int = Field(default=1, ge=1)


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int


class Faults:
    """The rules that are armed; each fires `count` times and is gone."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def arm(self, fault: Fault) -> None:
        """Add a rule."""
        self._armed.append(_Armed(fault, fault.count))

    def clear(self) -> None:
        """Forget every rule."""
        self._armed.clear()

    @property
    def armed(self) -> tuple[Fault, ...]:
        """Rules that have not fired as often as they will."""
        return tuple(each.fault.model_copy(update={"count": each.left}) for each in self._armed)

    def take(
        self, kind: FaultKind, *, method: str = "*", path: str = "", symbol: str | None = None
    ) -> Fault | None:
        """Return the first rule that applies and count it as fired."""
        for armed in self._armed:
            fault = armed.fault
            if (
                fault.kind is kind
                and fault.method in ("*", method)
                and path.startswith(fault.path)
                and fault.symbol in (None, symbol)
            ):
                armed.left -= 1
                if not armed.left:
                    self._armed.remove(armed)
                return fault
        return None
