"""Events have one exact JSON form, are never changed, and refuse what breaks their contract."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.fakes import MONDAY, stamp
from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.events.data import MarketDataFetchCompleted, MarketDataFetchRequested
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.fields import frozen, jsonable
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.portfolio import RebalancePlanned
from the_alchemiser.shared.events.signals import (
    ConsolidatedPortfolio,
    PartialSignalGenerated,
    SignalGenerated,
)
from the_alchemiser.shared.events.trades import AllTradesCompleted, TradeExecuted
from the_alchemiser.shared.events.unwrap import MAX_EVENT_BYTES, parsed, read_object, unwrap
from the_alchemiser.shared.events.workflow import WorkflowCompleted, WorkflowFailed
from the_alchemiser.shared.money import Symbol, Weight

EXAMPLES = Path(__file__).parents[2] / "events"

CLASSES: dict[EventName, type[DomainEvent]] = {
    EventName.PARTIAL_SIGNAL_GENERATED: PartialSignalGenerated,
    EventName.SIGNAL_GENERATED: SignalGenerated,
    EventName.REBALANCE_PLANNED: RebalancePlanned,
    EventName.TRADE_EXECUTED: TradeExecuted,
    EventName.ALL_TRADES_COMPLETED: AllTradesCompleted,
    EventName.WORKFLOW_FAILED: WorkflowFailed,
    EventName.WORKFLOW_COMPLETED: WorkflowCompleted,
    EventName.MARKET_DATA_FETCH_REQUESTED: MarketDataFetchRequested,
    EventName.MARKET_DATA_FETCH_COMPLETED: MarketDataFetchCompleted,
}


def example(name: EventName) -> dict[str, Any]:
    delivery: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text())
    return delivery


@pytest.fixture(params=EventName)
def name(request: pytest.FixtureRequest) -> EventName:
    value: EventName = request.param
    return value


class TestEveryEvent:
    def test_has_a_class_that_carries_its_name(self, name: EventName) -> None:
        field = CLASSES[name].model_fields["event_type"]
        assert get_args(field.annotation) == (name.value,)
        assert field.default == name

    def test_goes_round_without_loss(self, name: EventName) -> None:
        delivery = example(name)
        event = unwrap(delivery, CLASSES)
        assert event.to_detail() == delivery["detail"]
        assert unwrap(json.loads(json.dumps(event.to_detail())), CLASSES) == event

    def test_cannot_be_changed(self, name: EventName) -> None:
        event = unwrap(example(name), CLASSES)
        with pytest.raises(ValidationError):
            event.correlation_id = "other"
        with pytest.raises(TypeError):
            event.metadata["x"] = 1  # type: ignore[index]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("event_id", ""),
            ("event_id", " padded "),
            ("event_id", "x" * 257),
            ("correlation_id", None),
            ("causation_id", 7),
            ("timestamp", "2022-03-14T19:45:00"),
            ("timestamp", "yesterday"),
            ("source_module", ""),
            ("metadata", []),
            ("schema_version", "2.0.0"),
            ("unknown_field", 1),
        ],
    )
    def test_refuses_a_broken_envelope(self, name: EventName, field: str, value: object) -> None:
        detail = example(name)["detail"] | {field: value}
        with pytest.raises(InvalidEvent, match=field):
            unwrap({"detail": detail}, CLASSES)

    def test_refuses_any_missing_required_field(self, name: EventName) -> None:
        detail = example(name)["detail"]
        fields = CLASSES[name].model_fields
        for required in (field for field, info in fields.items() if info.is_required()):
            without = {key: value for key, value in detail.items() if key != required}
            with pytest.raises(InvalidEvent, match=required):
                unwrap({"detail": without}, CLASSES)


class TestUnwrap:
    @pytest.mark.parametrize(
        "payload",
        [{}, None, [], "text", 7, {"detail": None}, {"detail": []}, {"detail": {}}],
    )
    def test_refuses_what_is_no_event(self, payload: object) -> None:
        with pytest.raises(InvalidEvent):
            unwrap(payload, CLASSES)

    def test_refuses_an_event_that_is_not_accepted(self) -> None:
        with pytest.raises(InvalidEvent, match="expected an event_type among TradeExecuted"):
            unwrap(example(EventName.WORKFLOW_FAILED), {EventName.TRADE_EXECUTED: TradeExecuted})

    def test_refuses_an_envelope_that_contradicts_its_detail(self) -> None:
        delivery = example(EventName.TRADE_EXECUTED) | {"detail-type": "WorkflowFailed"}
        with pytest.raises(InvalidEvent, match="expected detail-type TradeExecuted"):
            unwrap(delivery, CLASSES)

    @pytest.mark.parametrize(
        "value",
        [float("nan"), float("inf"), "NaN", "Infinity", "1e999999", 10**400, "9" * 10**6, "\ud800"],
    )
    def test_refuses_numbers_and_texts_that_are_none(self, value: object) -> None:
        detail = example(EventName.PARTIAL_SIGNAL_GENERATED)["detail"] | {"allocation": value}
        with pytest.raises(InvalidEvent):
            unwrap({"detail": detail}, CLASSES)

    def test_refuses_more_than_the_bus_carries(self) -> None:
        detail = example(EventName.WORKFLOW_FAILED)["detail"]
        detail["failure_reason"] = "x" * MAX_EVENT_BYTES
        with pytest.raises(InvalidEvent, match="expected at most 262144 bytes"):
            unwrap({"detail": detail}, CLASSES)

    def test_names_at_most_ten_wrong_fields(self) -> None:
        detail = example(EventName.WORKFLOW_FAILED)["detail"]
        detail |= {f"unknown_{number}": 1 for number in range(15)}
        with pytest.raises(InvalidEvent, match="and 5 more"):
            unwrap({"detail": detail}, CLASSES)

    def test_keeps_unicode(self) -> None:
        detail = example(EventName.WORKFLOW_FAILED)["detail"] | {"failure_reason": "kaputt ☃ 株"}
        event = unwrap({"detail": detail}, CLASSES)
        assert event.to_detail()["failure_reason"] == "kaputt ☃ 株"

    def test_refuses_what_is_not_json(self) -> None:
        with pytest.raises(InvalidEvent, match="expected plain JSON"):
            parsed({"x": object()}, WorkflowFailed)

    def test_refuses_endless_nesting(self) -> None:
        nested: dict[str, Any] = {}
        for _ in range(100_000):
            nested = {"n": nested}
        detail = example(EventName.WORKFLOW_FAILED)["detail"] | {"error_details": nested}
        with pytest.raises(InvalidEvent):
            unwrap({"detail": detail}, CLASSES)

    def test_refuses_deep_nesting(self) -> None:
        nested: dict[str, Any] = {}
        for _ in range(100):
            nested = {"n": nested}
        detail = example(EventName.WORKFLOW_FAILED)["detail"] | {"error_details": nested}
        with pytest.raises(InvalidEvent, match="expected at most 64 levels"):
            unwrap({"detail": detail}, CLASSES)


class TestReadObject:
    def test_reads_an_object(self) -> None:
        assert read_object('{"a": 1.5}') == {"a": 1.5}

    @pytest.mark.parametrize(
        "text",
        [None, 7, "", "nonsense", "[]", "null", '{"a": NaN}', "x" * (MAX_EVENT_BYTES + 1)],
    )
    def test_refuses_everything_else(self, text: object) -> None:
        with pytest.raises(InvalidEvent):
            read_object(text)

    def test_refuses_endless_nesting(self) -> None:
        with pytest.raises(InvalidEvent):
            read_object("[" * 100_000)


class TestConsolidatedPortfolio:
    def portfolio(self, **changes: Any) -> ConsolidatedPortfolio:
        fields: dict[str, Any] = {
            "target_allocations": {"SPY": "0.6", "TLT": "0.4"},
            "correlation_id": "workflow-1",
            "timestamp": MONDAY,
            "strategy_count": 1,
            "source_strategies": ("a.clj",),
        }
        return ConsolidatedPortfolio(**(fields | changes))

    def test_trims_and_raises_symbols(self) -> None:
        made = self.portfolio(target_allocations={" spy ": "0.6", "brk.b": "0.4"})
        assert list(made.target_allocations) == ["SPY", "BRK.B"]
        assert made.target_allocations[Symbol("SPY")] == Weight("0.6")

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"target_allocations": {}}, "at least one target"),
            ({"target_allocations": {"SPY": "0.5", "spy ": "0.5"}}, "SPY twice"),
            ({"target_allocations": {"SPY": "0.98"}}, "sum to 1"),
            ({"target_allocations": {"SPY": "0.7", "TLT": "0.32"}}, "sum to 1"),
            ({"target_allocations": {"SPY": "-0.1", "TLT": "1"}}, "at least 0"),
            ({"target_allocations": {"SPY": True}}, "expected a decimal"),
            ({"target_allocations": {7: "1"}}, "string as key"),
            ({"target_allocations": ["SPY"]}, "object of symbols"),
            ({"strategy_count": 2}, "expected strategy_count 1"),
            ({"strategy_contributions": {"a": {"SPY": "0.6"}}}, "TLT: expected contributions"),
            ({"strategy_contributions": {"a": {"QQQ": "0.2"}}}, "expected contributions"),
            ({"strategy_contributions": ["a"]}, "object of strategies"),
        ],
    )
    def test_refuses_what_does_not_add_up(self, changes: dict[str, Any], told: str) -> None:
        with pytest.raises(ValidationError, match=told):
            self.portfolio(**changes)

    def test_a_partial_one_need_not_be_whole(self) -> None:
        assert self.portfolio(target_allocations={"SPY": "0.1"}, is_partial=True).is_partial

    def test_contributions_may_differ_by_the_tolerance(self) -> None:
        weights = {"a": {"SPY": "0.3", "TLT": "0.4"}, "b": {"SPY": "0.295"}}
        assert self.portfolio(strategy_contributions=weights).strategy_contributions

    def test_a_partial_signal_carries_a_partial_portfolio(self) -> None:
        detail = example(EventName.PARTIAL_SIGNAL_GENERATED)["detail"]
        detail["consolidated_portfolio"]["is_partial"] = False
        with pytest.raises(InvalidEvent, match="expected"):
            unwrap({"detail": detail}, CLASSES)

    def test_a_whole_portfolio_in_a_partial_signal_is_refused(self) -> None:
        detail = example(EventName.PARTIAL_SIGNAL_GENERATED)["detail"]
        detail["consolidated_portfolio"] |= {
            "is_partial": False,
            "target_allocations": {"SPY": "1"},
            "strategy_contributions": {},
        }
        with pytest.raises(InvalidEvent, match="expected a partial portfolio"):
            unwrap({"detail": detail}, CLASSES)


class TestFields:
    def test_values_without_json_form_are_refused(self) -> None:
        with pytest.raises(ValueError, match="expected a JSON value, found object"):
            frozen({"x": object()})
        with pytest.raises(ValueError, match="string as key"):
            frozen({1: 2})

    def test_times_and_decimals_have_text_forms(self) -> None:
        value = frozen({"t": MONDAY, "d": MONDAY.date(), "n": [Decimal("1E+2"), 0.1]})
        assert jsonable(value) == {
            "t": "2022-03-14T19:45:00+00:00",
            "d": "2022-03-14",
            "n": ["100", "0.1"],
        }

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=10,
        )
    )
    def test_json_goes_round(self, value: Any) -> None:
        assert jsonable(frozen(value)) == value


class TestStamp:
    def test_draws_a_new_id_each_time(self) -> None:
        made = stamp()
        first, second = (made.stamp("signal-generated", "workflow-1", "x") for _ in range(2))
        assert first["event_id"] != second["event_id"]
        assert first["event_id"].startswith("signal-generated-")
        assert first["timestamp"] == MONDAY

    def test_derives_the_same_id_for_the_same_cause(self) -> None:
        made = stamp()
        first, second = (made.derived("signal-generated", "workflow-1", "x") for _ in range(2))
        assert first["event_id"] == second["event_id"]
        other = made.derived("signal-generated", "workflow-1", "y")
        assert other["event_id"] != first["event_id"]


def test_times_need_a_zone() -> None:
    with pytest.raises(ValidationError, match="expected a time with its zone"):
        WorkflowFailed(
            **{**stamp().stamp("x", "y", "z"), "timestamp": datetime(2022, 3, 14)},
            workflow_type="w",
            failure_reason="r",
            failure_step="s",
        )
