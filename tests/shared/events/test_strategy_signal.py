from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from the_alchemiser.shared.events.strategy_signal import (
    Remembered,
    held_closes,
    remembered,
    signal_data,
)

WEIGHTS = {"SPY": Decimal("0.75"), "BRK.B": Decimal("0.25")}


def told(**changes: Any) -> Mapping[str, Any]:
    """Write a signal as the bus carries it."""
    fields = {"text_sha256": "ab", "held_closes": None, **changes}
    data = signal_data(weights=WEIGHTS, allocation=Decimal("0.3"), reasoning=[], **fields)
    found: Mapping[str, Any] = json.loads(json.dumps(data, default=str))
    return found


def test_weights_to_remember_survive_the_bus() -> None:
    assert remembered(told()) == Remembered(weights=WEIGHTS, text_sha256="ab")
    assert held_closes(told()) is None


@pytest.mark.parametrize("changes", [{"held_closes": {}}, {"text_sha256": ""}])
def test_what_is_kept_or_daily_is_not_remembered(changes: dict[str, Any]) -> None:
    assert remembered(told(**changes)) is None


def test_what_is_kept_tells_its_closes() -> None:
    closes = {"SPY": Decimal("400.1"), "BRK.B": Decimal("310")}
    assert held_closes(told(held_closes=closes)) == closes
    assert told(held_closes=closes)["action"] == "HOLD"


def test_a_signal_of_an_earlier_release_is_neither() -> None:
    earlier = {"symbols": ["SPY"], "action": "REBALANCE"}
    assert (remembered(earlier), held_closes(earlier)) == (None, None)
