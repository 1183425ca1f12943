"""What of a run each function's failure ends, as the aggregator hears it from the event."""

from __future__ import annotations

import importlib

import pytest

from catalogue.system import SYSTEM
from tests.functions.deployed import BUS
from the_alchemiser.shared.events.workflow import RunPart

ENDS = {
    "coordinator_v2": RunPart.SIGNAL,
    "strategy_v2": RunPart.SIGNAL,
    "aggregator_v2": RunPart.SIGNAL,
    "portfolio_v2": RunPart.TRADING,
    "execution_v2": RunPart.TRADING,
}


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("function", [spec.name for spec in SYSTEM.functions])
def test_a_failure_says_what_of_the_run_it_ends(
    function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENT_BUS_NAME", BUS)
    monkeypatch.setenv("APP__STAGE", "dev")
    bootstrap = importlib.import_module(f"the_alchemiser.{function}.bootstrap")

    assert bootstrap.failures.__wrapped__().ends is ENDS.get(function)
