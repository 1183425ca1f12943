from __future__ import annotations

import pytest

from blueprint import (
    Access,
    FunctionSpec,
    OnEvent,
    OnQueue,
    OnSchedule,
    Reference,
    ResourceKind,
)
from catalogue.system import SYSTEM
from the_alchemiser.shared.events.names import SOURCES, EventName

BY_NAME = {spec.name: spec for spec in SYSTEM.functions}
LIGHT = ("coordinator_v2", "aggregator_v2", "trade_aggregator", "notifications_v2", "metrics_v2")
HEAVY = {
    "strategy_v2": "strategy",
    "portfolio_v2": "portfolio",
    "execution_v2": "execution",
    "data_v2": "shared_data",
    "data_quality_monitor": "data_quality_monitor",
}


def test_the_trading_system_has_its_ten_functions_and_seven_layers() -> None:
    ten = {*LIGHT, *HEAVY}
    assert len(ten) == 10
    assert ten <= set(BY_NAME)
    seven = {"notifications", "shared_code", *HEAVY.values()}
    assert seven <= {spec.name for spec in SYSTEM.layers}


@pytest.mark.parametrize("name", LIGHT)
def test_a_light_function_carries_the_light_layer(name: str) -> None:
    assert BY_NAME[name].layers == ("notifications", "shared_code")


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_function_carries_its_own_layer(name: str) -> None:
    assert BY_NAME[name].layers == (HEAVY[name], "shared_code")


@pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)
def test_whatever_a_function_is_told_of_it_may_use(spec: FunctionSpec) -> None:
    granted = {grant.target for grant in spec.grants}
    consumed = {trigger.queue for trigger in spec.triggers if isinstance(trigger, OnQueue)}
    told = {value for value in spec.environment.values() if isinstance(value, Reference)}

    assert {item for item in told if item not in granted and item.name not in consumed} == set()


@pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)
def test_no_function_is_told_a_credential(spec: FunctionSpec) -> None:
    assert not [name for name in spec.environment if name.endswith(("KEY", "SECRET", "TOKEN"))]


def test_only_the_data_function_writes_bars() -> None:
    writers = [
        spec.name
        for spec in SYSTEM.functions
        for grant in spec.grants
        if grant.target.kind is ResourceKind.BUCKET
        and grant.target.name == "market-data"
        and grant.access is not Access.READ
    ]

    assert writers == ["data_v2"]


def test_only_portfolio_and_execution_send_trades() -> None:
    senders = {
        spec.name
        for spec in SYSTEM.functions
        for grant in spec.grants
        if grant.access is Access.SEND
    }

    assert senders == {"portfolio_v2", "execution_v2"}


def test_only_functions_that_talk_to_the_broker_read_its_secret() -> None:
    readers = {
        spec.name
        for spec in SYSTEM.functions
        for grant in spec.grants
        if grant.target.kind is ResourceKind.SECRET and grant.target.name == "broker"
    }

    assert readers == {"data_v2", "portfolio_v2", "execution_v2"}


def rules() -> list[OnEvent]:
    return [
        trigger
        for spec in SYSTEM.functions
        for trigger in spec.triggers
        if isinstance(trigger, OnEvent)
    ]


@pytest.mark.parametrize("trigger", rules(), ids=lambda trigger: trigger.rule)
def test_a_rule_listens_to_the_sources_of_its_events(trigger: OnEvent) -> None:
    if trigger.source_prefix is None:
        expected = {SOURCES[EventName(name)] for name in trigger.detail_types}
        assert set(trigger.sources) == expected
    else:
        assert all(
            SOURCES.get(EventName(name), "alchemiser.any").startswith(trigger.source_prefix)
            for name in trigger.detail_types
        )


def test_an_event_with_a_source_of_its_own_is_published_somewhere() -> None:
    published = {name for spec in SYSTEM.functions for name in spec.publishes}

    assert set(EventName) == published


SCHEDULES = {
    "trade-run": ("cron(45 15 ? * MON-FRI *)", "America/New_York"),
    "data-refresh": ("cron(0 4 ? * TUE-SAT *)", "UTC"),
    "quality-check": ("cron(30 4 ? * TUE-SAT *)", "UTC"),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_days_schedules_are_as_designed(name: str) -> None:
    (found,) = (
        trigger
        for spec in SYSTEM.functions
        for trigger in spec.triggers
        if isinstance(trigger, OnSchedule) and trigger.schedule == name
    )

    assert (found.expression, found.timezone) == SCHEDULES[name]


SIZES = {
    "strategy_v2": (900, 1024),
    "coordinator_v2": (60, 512),
    "aggregator_v2": (60, 512),
    "portfolio_v2": (900, 1024),
    "execution_v2": (600, 1024),
    "trade_aggregator": (60, 512),
    "notifications_v2": (60, 512),
    "metrics_v2": (60, 512),
    "data_v2": (900, 1024),
    "data_quality_monitor": (900, 1024),
}


@pytest.mark.parametrize("name", SIZES)
def test_timeouts_and_memory_are_as_designed(name: str) -> None:
    spec = BY_NAME[name]

    assert (spec.timeout_s, spec.memory_mb) == SIZES[name]


def test_execution_may_run_ten_times_at_once_and_leaves_room_for_its_sweep() -> None:
    spec = BY_NAME["execution_v2"]
    (queue,) = (trigger for trigger in spec.triggers if isinstance(trigger, OnQueue))

    assert spec.reserved_concurrency == 10
    assert queue.maximum_concurrency < spec.reserved_concurrency
