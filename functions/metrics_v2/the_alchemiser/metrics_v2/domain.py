"""Gauges: what each strategy holds and has earned, as of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.money import Exact
from the_alchemiser.shared.performance import Performance


class Unit(StrEnum):
    """Units as CloudWatch spells them."""

    COUNT = "Count"
    PERCENT = "Percent"
    NONE = "None"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gauge:
    """One value at one moment; of all strategies together if it names none."""

    name: str
    value: Decimal
    unit: Unit = Unit.NONE
    strategy: str | None = None


def gauges(item: Performance) -> tuple[Gauge, ...]:
    """Return one value for each metric of a strategy."""
    closed = item.closed_lots
    win_rate = Decimal(item.winning_lots) / closed * 100 if closed else Decimal(0)
    average = item.realized_pnl / closed if closed else Decimal(0)
    values: tuple[tuple[str, Decimal, Unit], ...] = (
        ("OpenPositionValue", item.open_value, Unit.NONE),
        ("OpenLotCount", Decimal(item.open_lots), Unit.COUNT),
        ("ClosedLotCount", Decimal(closed), Unit.COUNT),
        ("RealizedPnL", item.realized_pnl, Unit.NONE),
        ("WinningTrades", Decimal(item.winning_lots), Unit.COUNT),
        ("LosingTrades", Decimal(item.losing_lots), Unit.COUNT),
        ("WinRate", win_rate, Unit.PERCENT),
        ("AvgProfitPerTrade", average, Unit.NONE),
    )
    return tuple(
        Gauge(name=name, value=value, unit=unit, strategy=item.strategy)
        for name, value, unit in values
    )


def capital_gauge(executed: TradeExecuted) -> tuple[Gauge, ...]:
    """Return the deployed fraction of the capital if the trade tells it."""
    value = executed.metadata.get("capital_deployed_pct")
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ()
    try:
        percent = Exact(value)
    except ValueError:
        return ()
    return (Gauge(name="CapitalDeployedPct", value=percent, unit=Unit.PERCENT),)


def order_ids(execution_data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the orders of a trade, each once."""
    found = [*_listed(execution_data.get("order_ids")), execution_data.get("order_id")]
    return tuple(dict.fromkeys(name for name in found if isinstance(name, str) and name))


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()
