"""A day reads from the catalogue whom it calls, and of whom it needs how many."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from blueprint import OnQueue
from catalogue.system import SYSTEM
from local.day.schedule import CHECK, REFRESH, RUN, called_by, sweeps, workers

ROOT = Path(__file__).parents[3]


def test_schedules_of_the_catalogue_say_who_is_called() -> None:
    assert [called_by(it) for it in (RUN, REFRESH, CHECK)] == [
        "coordinator_v2",
        "data_v2",
        "data_quality_monitor",
    ]
    with pytest.raises(LookupError, match="found 'trade-rnu'"):
        called_by("trade-rnu")


def test_a_function_of_another_name_is_called_by_it() -> None:
    renamed = tuple(
        replace(spec, name="opener") if spec.name == "coordinator_v2" else spec
        for spec in SYSTEM.functions
    )
    assert called_by(RUN, replace(SYSTEM, functions=renamed)) == "opener"


def test_sweeps_are_what_schedules_ask_every_few_minutes() -> None:
    assert sweeps() == {
        "aggregator_v2": {"action": "expire_sessions"},
        "execution_v2": {"action": "sweep"},
        "trade_aggregator": {"action": "finish_runs"},
    }


def test_there_are_workers_for_every_strategy_and_a_few_for_trades() -> None:
    found = workers(ROOT)
    assert found == {
        "strategy_v2": 9,
        "aggregator_v2": 9,
        "portfolio_v2": 1,
        "execution_v2": 4,
        "trade_aggregator": 4,
        "metrics_v2": 4,
        "notifications_v2": 1,
        "coordinator_v2": 1,
    }


def test_a_queue_that_lets_fewer_work_has_fewer_workers() -> None:
    slow = tuple(
        replace(spec, triggers=(OnQueue(queue="execution", maximum_concurrency=2),))
        if spec.name == "execution_v2"
        else spec
        for spec in SYSTEM.functions
    )
    assert workers(ROOT, replace(SYSTEM, functions=slow))["execution_v2"] == 2
