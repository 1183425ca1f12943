"""What became of each symbol on a day, in one line: planned, filled, how far from its target."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from local.day.result import DayResult, FillLine
from local.day.wording import dollars


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeLine:
    """One symbol."""

    symbol: str
    action: str
    planned: Decimal
    """Dollars."""
    quantity: Decimal
    """Shares that changed hands."""
    filled: Decimal
    """Dollars that changed hands."""
    off_target: Decimal
    """Dollars by which the holding differs from its target, at the plan's prices."""

    @property
    def cells(self) -> tuple[str, str, str, str, str, str, str]:
        """Write it for a table; a symbol that was not traded has no price."""
        price = dollars(self.filled / self.quantity) if self.quantity else ""
        return (
            self.symbol,
            self.action,
            dollars(self.planned),
            f"{self.quantity:.4f}" if self.quantity else "",
            price,
            dollars(self.filled) if self.quantity else "",
            dollars(self.off_target),
        )


def trade_lines(result: DayResult) -> tuple[TradeLine, ...]:
    """Give a line for each symbol that was planned, traded or is held, in the plan's order."""
    planned = {line.symbol: line for line in result.plan}
    fills: defaultdict[str, list[FillLine]] = defaultdict(list)
    for fill in result.fills:
        fills[fill.symbol].append(fill)
    off = {line.symbol: line.difference for line in result.positions}
    return tuple(
        TradeLine(
            symbol=symbol,
            action=planned[symbol].action if symbol in planned else _side(fills[symbol]),
            planned=planned[symbol].amount if symbol in planned else Decimal(0),
            quantity=sum((fill.quantity for fill in fills[symbol]), Decimal(0)),
            filled=sum((fill.value for fill in fills[symbol]), Decimal(0)),
            off_target=off.get(symbol, Decimal(0)),
        )
        for symbol in dict.fromkeys([*planned, *fills, *off])
    )


def _side(fills: list[FillLine]) -> str:
    return fills[0].side.upper() if fills else "HOLD"
