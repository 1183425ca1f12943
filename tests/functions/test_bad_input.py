"""Whatever a function is given, it does its work or refuses with a reason; nothing in between.

Every handler of the catalogue is called here with no environment and no way out of the process: a
call that got as far as reading settings, making a client or sending a byte would fail the test.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from botocore.client import BaseClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from catalogue.system import SYSTEM

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "events"

FUNCTIONS = tuple(spec.name for spec in SYSTEM.functions)

JOB = {
    "session_id": "workflow-1",
    "correlation_id": "workflow-1",
    "dsl_file": "calm-mix.clj",
    "allocation": "0.6",
    "strategy_number": 1,
    "total_strategies": 2,
    "mode": "single_strategy",
    "as_of": "2022-03-14",
}
"""What the coordinator sends a worker."""

TRADE = {
    "schema_version": "1.0.0",
    "run_id": "run-1",
    "trade_id": "trade-1",
    "plan_id": "plan-1",
    "correlation_id": "workflow-1",
    "causation_id": "rebalance-planned-1",
    "strategy_id": None,
    "strategy_weights": {"calm-mix": "1"},
    "symbol": "SPY",
    "action": "BUY",
    "trade_amount": "600.50",
    "current_weight": "0",
    "target_weight": "0.6",
    "target_value": "600.50",
    "current_value": "0",
    "priority": 3,
    "phase": "BUY",
    "sequence_number": 2003,
    "is_complete_exit": False,
    "is_full_liquidation": False,
    "total_portfolio_value": "1000.00",
    "total_run_trades": 1,
    "run_timestamp": "2022-03-14T19:45:00Z",
}
"""What portfolio puts on the queue."""


def example(name: str) -> dict[str, Any]:
    detail: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text())["detail"]
    return detail


def own_examples() -> dict[str, dict[str, Any]]:
    """Read what functions keep as event.json in the folder of their tests."""
    return {path.parent.name: json.loads(path.read_text()) for path in HERE.glob("*/event.json")}


def request_fields(function: str) -> Mapping[str, FieldInfo]:
    """Give the fields of `command.Request`, which such an event.json is an example of."""
    command = importlib.import_module(f"the_alchemiser.{function}.command")
    fields: Mapping[str, FieldInfo] = command.Request.model_fields
    return fields


GOOD: dict[str, dict[str, Any]] = own_examples() | {
    "coordinator_v2": {"mode": "trade", "as_of": "2022-03-14"},
    "strategy_v2": JOB,
    "aggregator_v2": example("PartialSignalGenerated"),
    "portfolio_v2": example("SignalGenerated"),
    "execution_v2": TRADE,
    "trade_aggregator": example("TradeExecuted"),
    "notifications_v2": example("AllTradesCompleted"),
    "metrics_v2": example("TradeExecuted"),
    "data_v2": example("MarketDataFetchRequested"),
    "data_quality_monitor": {"symbols": ["SPY"], "lookback_days": 5, "as_of": "2022-03-14"},
}

REQUIRED: dict[str, tuple[str, ...]] = {
    "coordinator_v2": ("mode",),
    "strategy_v2": ("session_id", "dsl_file", "allocation"),
    "execution_v2": ("run_id", "trade_id", "symbol", "action", "trade_amount"),
    "data_quality_monitor": (),
}
"""Parts that cannot be missing; an event's are those of its envelope, a request's its own."""

ENVELOPE = ("event_id", "event_type", "correlation_id", "causation_id", "timestamp")

DECIMALS: dict[str, str] = {
    "coordinator_v2": "as_of",
    "strategy_v2": "allocation",
    "aggregator_v2": "allocation",
    "portfolio_v2": "consolidated_portfolio",
    "execution_v2": "trade_amount",
    "trade_aggregator": "orders_placed",
    "notifications_v2": "capital_deployed_pct",
    "metrics_v2": "orders_placed",
    "data_v2": "lookback_days",
    "data_quality_monitor": "lookback_days",
}
"""A field of each input that holds a number, or else a day or weights."""

TEXTS: dict[str, str] = {
    "coordinator_v2": "session_id",
    "strategy_v2": "as_of",
    "aggregator_v2": "timestamp",
    "portfolio_v2": "timestamp",
    "execution_v2": "symbol",
    "trade_aggregator": "timestamp",
    "notifications_v2": "timestamp",
    "metrics_v2": "timestamp",
    "data_v2": "symbol",
    "data_quality_monitor": "symbols",
}
"""A field of each input that takes no snowman."""

STRANGE: list[object] = [
    {},
    None,
    [],
    [{}],
    "text",
    7,
    True,
    float("nan"),
    {"detail": None},
    {"detail": []},
    {"detail": {}},
    {"detail-type": "TradeExecuted", "detail": {"event_type": "TradeExecuted"}},
    {"action": "explode"},
    {"Records": None},
    {"Records": {}},
    {"x" * 1_000_000: 1},
    {"☃": "\ud800"},
]


@pytest.fixture(params=FUNCTIONS)
def function(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(autouse=True)
def nothing_to_touch(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Record every attempt to reach outside, and allow none."""
    attempts: list[str] = []

    def refuse(*args: Any, **kwargs: Any) -> Any:
        attempts.append(repr(args)[:200])
        raise AssertionError(f"a side effect was tried: {attempts[-1]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
    for name in list(os.environ):
        if name.isupper() and ("__" in name or name.startswith(("AWS_", "ALPACA", "EVENT_BUS"))):
            monkeypatch.delenv(name)
    yield attempts
    assert attempts == []


def required_of(function: str) -> tuple[str, ...]:
    if "event_type" in GOOD[function]:
        return ENVELOPE
    if function in REQUIRED:
        return REQUIRED[function]
    fields = request_fields(function)
    return tuple(name for name, field in fields.items() if field.is_required())


def fields_for(known: Mapping[str, str], function: str) -> tuple[str, ...]:
    """Name the field that is known to take no free text, or all such fields of a request."""
    if function in known:
        return (known[function],)
    fields = request_fields(function)
    return tuple(
        name
        for name, field in fields.items()
        if str not in (field.annotation, *get_args(field.annotation))
    )


def call(function: str, event: object) -> Any:
    module = importlib.import_module(f"the_alchemiser.{function}.lambda_handler")
    return module.lambda_handler(event, None)


def delivered(function: str, given: dict[str, Any]) -> dict[str, Any]:
    """Wrap an input as the function's trigger does."""
    if function == "execution_v2":
        return {"Records": [message("1", "SPY", json.dumps(given))]}
    return {"detail": given} if "event_type" in GOOD[function] else given


def message(name: str, group: str, body: object) -> dict[str, Any]:
    return {"messageId": name, "body": body, "attributes": {"MessageGroupId": group}}


def assert_refused(function: str, answer: Any) -> None:
    if function == "execution_v2" and "batchItemFailures" in answer:
        assert answer["batchItemFailures"] == [{"itemIdentifier": "1"}]
        return
    assert answer["statusCode"] == 400
    assert answer["body"]["status"] == "rejected"
    assert answer["body"]["error_type"] == "InvalidEvent"
    assert 0 < len(answer["body"]["reason"]) <= 1000


def test_every_function_has_an_example() -> None:
    assert set(GOOD) == set(FUNCTIONS)
    assert set(DECIMALS) == set(TEXTS) == set(GOOD) - set(own_examples())


@pytest.mark.parametrize("event", STRANGE, ids=lambda event: repr(event)[:40])
def test_strange_input_is_refused(function: str, event: object) -> None:
    assert_refused(function, call(function, event))


def test_a_missing_part_is_refused(function: str) -> None:
    good = GOOD[function]
    for part in required_of(function):
        without = {name: value for name, value in good.items() if name != part}
        assert_refused(function, call(function, delivered(function, without)))


@pytest.mark.parametrize(
    "number",
    [float("nan"), float("inf"), "NaN", "-Infinity", "1e999999", 10**400, "9" * 100_000, True, []],
    ids=lambda number: repr(number)[:20] if not isinstance(number, int) else "huge",
)
def test_a_number_that_is_none_or_too_large_is_refused(function: str, number: object) -> None:
    for field in fields_for(DECIMALS, function):
        bad = GOOD[function] | {field: number}
        if isinstance(number, float) and function == "execution_v2":
            body = json.dumps(bad)
            assert_refused(function, call(function, {"Records": [message("1", "SPY", body)]}))
            continue
        assert_refused(function, call(function, delivered(function, bad)))


@pytest.mark.parametrize(
    "weight", ["NaN", "Infinity", "-0.1", "1.1", "1e999999", "", True, None, []]
)
@pytest.mark.parametrize(
    ("function", "place"),
    [
        ("aggregator_v2", ("consolidated_portfolio", "target_allocations")),
        ("aggregator_v2", ("consolidated_portfolio", "strategy_contributions", "calm-mix")),
        ("portfolio_v2", ("consolidated_portfolio", "target_allocations")),
        ("execution_v2", ("strategy_weights",)),
    ],
)
def test_a_weight_deep_inside_that_is_none_is_refused(
    function: str, place: tuple[str, ...], weight: object
) -> None:
    bad = json.loads(json.dumps(GOOD[function]))
    holder = bad
    for name in place:
        holder = holder[name]
    holder[min(holder)] = weight
    assert_refused(function, call(function, delivered(function, bad)))


@pytest.mark.parametrize("version", ["0.9.0", "2.0.0", "", None, 1, "1.0.0 "])
def test_an_unknown_schema_version_is_refused(function: str, version: object) -> None:
    bad = GOOD[function] | {"schema_version": version}
    assert_refused(function, call(function, delivered(function, bad)))


@pytest.mark.parametrize("text", ["☃", "株式会社", "\ud800", "a\u202eb", "x" * 1_000_000])
def test_a_text_that_is_not_what_the_field_takes_is_refused(function: str, text: str) -> None:
    for field in fields_for(TEXTS, function):
        bad = GOOD[function] | {field: text}
        assert_refused(function, call(function, delivered(function, bad)))


def test_a_field_that_nobody_knows_is_refused(function: str) -> None:
    bad = GOOD[function] | {"surprise": 1}
    assert_refused(function, call(function, delivered(function, bad)))


def test_a_body_of_a_megabyte_is_refused(function: str) -> None:
    bad = GOOD[function] | {"correlation_id": "x" * 1_000_000}
    assert_refused(function, call(function, delivered(function, bad)))


@given(
    event=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["detail", "event_type", "action", "mode", "Records", "x"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=6,
    )
)
def test_no_input_at_all_crashes_a_handler(event: object) -> None:
    for function in FUNCTIONS:
        answer = call(function, event)
        if function == "execution_v2" and "batchItemFailures" in answer:
            continue
        assert_refused(function, answer)


class TestQueue:
    BODIES: tuple[object, ...] = (
        "",
        "text",
        "null",
        "[]",
        "{}",
        '{"a": NaN}',
        "\ud800",
        "x" * 1_000_000,
        None,
        7,
        {},
    )

    @pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body)[:20])
    def test_a_poisoned_message_is_named_and_those_behind_it(self, body: object) -> None:
        records = [
            message("1", "SPY", body),
            message("2", "SPY", json.dumps(TRADE)),
            message("3", "TLT", body),
        ]
        answer = call("execution_v2", {"Records": records})
        assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == [
            "1",
            "2",
            "3",
        ]

    @pytest.mark.parametrize("record", [None, [], "x", {}, {"messageId": ""}, {"body": "{}"}])
    def test_a_message_without_a_name_fails_the_batch(self, record: object) -> None:
        answer = call("execution_v2", {"Records": [message("1", "SPY", "{}"), record]})
        assert answer == {"batchItemFailures": [{"itemIdentifier": ""}]}

    def test_an_empty_batch_is_done(self) -> None:
        assert call("execution_v2", {"Records": []}) == {"batchItemFailures": []}
