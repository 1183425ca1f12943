"""What `signals_data` says of one strategy: written by the worker, read by who acts on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any


class SignalAction(StrEnum):
    """Whether a strategy is brought to its weights, or has them already."""

    REBALANCE = "REBALANCE"
    HOLD = "HOLD"


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """Weights that a later day is to be held against, once a run has reached them."""

    weights: Mapping[str, Decimal]
    """By symbol, within the strategy."""
    text_sha256: str


def signal_data(
    *,
    weights: Mapping[str, Decimal],
    allocation: Decimal,
    reasoning: object,
    text_sha256: str,
    held_closes: Mapping[str, Decimal] | None,
) -> dict[str, object]:
    """Write it; without `held_closes` the strategy trades, without a digest nobody remembers it."""
    data: dict[str, object] = {
        "symbols": sorted(weights),
        "action": str(SignalAction.REBALANCE if held_closes is None else SignalAction.HOLD),
        "reasoning": reasoning,
        "total_allocation": sum(weights.values(), Decimal(0)),
        "raw_allocations": dict(weights),
        "file_weight": allocation,
    }
    if held_closes is not None:
        data["held_closes"] = dict(held_closes)
    if text_sha256:
        data["text_sha256"] = text_sha256
    return data


def remembered(data: Mapping[str, Any]) -> Remembered | None:
    """Read the weights to remember, if the strategy is brought to such."""
    if data.get("action") != SignalAction.REBALANCE or "text_sha256" not in data:
        return None
    return Remembered(
        weights={name: Decimal(weight) for name, weight in data["raw_allocations"].items()},
        text_sha256=data["text_sha256"],
    )


def held_closes(data: Mapping[str, Any]) -> Mapping[str, Decimal] | None:
    """Read up to which closes a strategy knows what it keeps; nothing if it trades."""
    if "held_closes" not in data:
        return None
    return {symbol: Decimal(close) for symbol, close in data["held_closes"].items()}
