from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generated_strategies import nested_filters
from tests.fakes import FixedClock, RecordingPublisher, reporter, stamp
from tests.functions.light_world import Bus
from tests.functions.strategy_v2.plan.test_breadth import name_of
from tests.functions.strategy_v2.real_prices import RealPrices
from the_alchemiser.shared.events.data import MarketDataFetchRequested
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.publish import EventBridgePublisher
from the_alchemiser.shared.events.signals import PartialSignalGenerated
from the_alchemiser.shared.events.unwrap import MAX_EVENT_BYTES, unwrap
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.market_data import Closes
from the_alchemiser.shared.strategy_allocations import load_strategy
from the_alchemiser.strategy_v2 import lambda_handler as handler
from the_alchemiser.strategy_v2.fresh_bars import FreshBars
from the_alchemiser.strategy_v2.plan.breadth import MOST_SYMBOLS
from the_alchemiser.strategy_v2.service import StrategyWorker

ROOT = Path(__file__).parents[3]
REQUEST = {
    "session_id": "workflow-1",
    "correlation_id": "workflow-1",
    "dsl_file": "rotation/factor-momentum.clj",
    "allocation": "0.11",
    "strategy_number": 2,
    "total_strategies": 9,
    "mode": "single_strategy",
    "as_of": "2022-12-29",
}

Invoke = Callable[..., dict[str, Any]]


class Asked(RealPrices):
    """Real prices that remember before which days they were asked for."""

    def __init__(self, absent: frozenset[str] = frozenset()) -> None:
        super().__init__(absent)
        self.before: set[date] = set()

    def closes(self, symbol: str, before: date) -> Closes:
        self.before.add(before)
        return super().closes(symbol, before)


@pytest.fixture
def publisher() -> RecordingPublisher:
    return RecordingPublisher()


@pytest.fixture
def store() -> Asked:
    return Asked()


@pytest.fixture
def invoke(publisher: RecordingPublisher, store: Asked) -> Invoke:
    def invoke(texts: dict[str, str] | None = None, **changed: object) -> dict[str, Any]:
        worker = StrategyWorker(
            load=texts.__getitem__ if texts else partial(load_strategy, ROOT),
            open_store=lambda: FreshBars(store, 2),
            publisher=publisher,
            stamp=stamp("strategy_v2"),
            clock=FixedClock(datetime(2022, 6, 15, 20, tzinfo=UTC)),
            stage="dev",
        )
        failures = reporter(
            publisher, "signal_generation", "strategy_evaluation", source_module="strategy_v2"
        )
        event = {key: value for key, value in {**REQUEST, **changed}.items() if value is not None}
        return handler.handle(event, lambda: worker, failures)

    return invoke


def signal(publisher: RecordingPublisher) -> PartialSignalGenerated:
    (event,) = publisher.events
    assert isinstance(event, PartialSignalGenerated)
    return event


class TestSignal:
    def test_carries_weights_scaled_by_the_files_share(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        response = invoke()
        event = signal(publisher)
        portfolio = event.consolidated_portfolio
        assert dict(portfolio.target_allocations) == {
            "MTUM": pytest.approx(Decimal("0.11") * Decimal("0.33335")),
            "VLUE": pytest.approx(Decimal("0.11") * Decimal("0.33335")),
            "USMV": pytest.approx(Decimal("0.11") * Decimal("0.3333")),
        }
        assert sum(portfolio.target_allocations.values()) == pytest.approx(Decimal("0.11"))
        assert portfolio.strategy_contributions == {"factor-momentum": portfolio.target_allocations}
        assert (portfolio.is_partial, portfolio.strategy_count) == (True, 1)
        assert portfolio.source_strategies == ("rotation/factor-momentum.clj",)
        assert response == {
            "statusCode": 200,
            "body": {
                "status": "success",
                "session_id": "workflow-1",
                "correlation_id": "workflow-1",
                "dsl_file": "rotation/factor-momentum.clj",
                "signal_count": 3,
            },
        }

    def test_says_what_is_wanted_and_why(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        invoke()
        event = signal(publisher)
        data = event.signals_data["factor-momentum"]
        assert data["symbols"] == ("MTUM", "USMV", "VLUE")
        assert data["action"] == "REBALANCE"
        assert data["file_weight"] == Decimal("0.11")
        assert data["total_allocation"] == pytest.approx(1)
        (ranking,) = data["reasoning"]
        assert ranking["filter"] == "(cumulative-return {:window 60}) (select-top 2)"
        assert (event.strategy_number, event.total_strategies, event.signal_count) == (2, 9, 3)
        assert event.metadata == {"single_file_mode": True}
        assert event.causation_id == "workflow-1"

    def test_says_in_words_that_nothing_was_to_decide(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        invoke(dsl_file="calm-mix.clj")
        assert "fixed" in signal(publisher).signals_data["calm-mix"]["reasoning"]

    def test_survives_the_bus(self, invoke: Invoke, publisher: RecordingPublisher) -> None:
        invoke(dsl_file="nested/filter-of-filters.clj")
        event = signal(publisher)
        delivered = json.loads(json.dumps({"detail": event.to_detail()}))
        accepted = {EventName.PARTIAL_SIGNAL_GENERATED: PartialSignalGenerated}
        assert unwrap(delivered, accepted).to_detail() == event.to_detail()

    @pytest.mark.lengthy
    def test_of_a_huge_strategy_fits_the_bus_and_says_what_it_leaves_out(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        invoke({"huge.clj": nested_filters(2_500_000)}, dsl_file="huge.clj")
        event = signal(publisher)
        size_bytes = len(json.dumps(event.to_detail(), separators=(",", ":")).encode())
        assert MAX_EVENT_BYTES * 0.5 < size_bytes < MAX_EVENT_BYTES * 0.95
        reasoning = event.signals_data["huge"]["reasoning"]
        assert len(reasoning) > 500
        assert reasoning[-1]["omitted_decisions"] > 0

    def test_of_the_broadest_strategy_is_taken_by_a_bus(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        names = [f"{name_of(number)}XX.B" for number in range(MOST_SYMBOLS)]
        parts = " ".join(f'{1 + number / 7:.9f} "{name}"' for number, name in enumerate(names))
        invoke({"broad.clj": f"(weight-specified {parts})"}, dsl_file="broad.clj")
        event = signal(publisher)
        assert event.signal_count == MOST_SYMBOLS
        bus = Bus()
        EventBridgePublisher(bus, "bus").publish(event)  # type: ignore[arg-type]
        (entry,) = bus.entries
        assert len(entry["Detail"]) > MAX_EVENT_BYTES * 0.6

    def test_is_the_same_event_when_the_request_is_repeated(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        invoke()
        invoke()
        first, second = publisher.events
        assert first == second


class TestDay:
    def test_only_bars_before_the_given_day_count(self, invoke: Invoke, store: Asked) -> None:
        invoke(as_of="2020-03-16")
        assert store.before == {date(2020, 3, 16)}

    def test_today_is_the_clocks_day(self, invoke: Invoke, store: Asked) -> None:
        invoke(as_of=None)
        assert store.before == {date(2022, 6, 15)}


class TestFailure:
    def fails(self, publisher: RecordingPublisher) -> WorkflowFailed:
        (event,) = publisher.named("WorkflowFailed")
        assert isinstance(event, WorkflowFailed)
        assert (event.workflow_type, event.failure_step) == (
            "signal_generation",
            "strategy_evaluation",
        )
        assert event.causation_id == "workflow-1"
        return event

    def test_a_text_that_cannot_be_read_is_named_with_its_place(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        response = invoke({"bad.clj": '(weight-equal\n [(aset "SPY")])'}, dsl_file="bad.clj")
        assert response["statusCode"] == 500
        event = self.fails(publisher)
        assert event.failure_reason.startswith("bad.clj:2:4: expected one of defsymphony, asset")
        assert event.error_details["file"] == "bad.clj"
        assert event.error_details["line"] == 2
        assert event.error_details["exception_type"] == "StrategyError"
        assert not publisher.named("PartialSignalGenerated")

    def test_missing_bars_are_named_with_symbol_and_line_and_asked_for(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        text = '(if (> 1 2) (asset "KO")\n (if (> (rsi "ZZZ") 1) "KO" "PG"))'
        assert invoke({"x.clj": text}, dsl_file="x.clj")["statusCode"] == 500
        event = self.fails(publisher)
        assert event.failure_reason == "ZZZ: no bars are stored (asked for at x.clj:2:2)"
        assert event.error_details["symbol"] == "ZZZ"
        assert event.error_details["line"] == 2
        (asked,) = publisher.named("MarketDataFetchRequested")
        assert isinstance(asked, MarketDataFetchRequested)
        assert (asked.symbol, asked.requesting_stage) == ("ZZZ", "dev")
        assert asked.lookback_days == 365

    def test_a_request_for_bars_reaches_back_as_far_as_the_longest_window(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        text = '(if (> (rsi "ZZZ" {:window 252}) 1) "KO" "PG")'
        invoke({"x.clj": text}, dsl_file="x.clj")
        (asked,) = publisher.named("MarketDataFetchRequested")
        assert isinstance(asked, MarketDataFetchRequested)
        assert asked.lookback_days == 4 * 365

    def test_bars_that_end_long_before_the_day_are_refused_like_missing_ones(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        response = invoke(dsl_file="rotation/factor-momentum.clj", as_of="2023-01-03")
        assert response["statusCode"] == 500
        event = self.fails(publisher)
        symbol = event.error_details["symbol"]
        assert event.failure_reason.startswith(f"{symbol}: ")
        assert "the newest bar is of 2022-12-28, 3 weekdays behind" in event.failure_reason
        (asked,) = publisher.named("MarketDataFetchRequested")
        assert isinstance(asked, MarketDataFetchRequested)
        assert asked.symbol == symbol
        assert not publisher.named("PartialSignalGenerated")

    def test_bars_of_before_a_long_weekend_are_recent_enough(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        assert invoke(as_of="2022-12-31")["statusCode"] == 200
        assert invoke(as_of="2023-01-01")["statusCode"] == 200

    def test_weights_of_nothing_are_no_signal(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        invoke({"x.clj": "(weight-equal [])"}, dsl_file="x.clj")
        assert "expected weights or one ticker" in self.fails(publisher).failure_reason
        assert not publisher.named("PartialSignalGenerated")

    def test_a_file_that_is_not_packaged_is_named(
        self, invoke: Invoke, publisher: RecordingPublisher
    ) -> None:
        assert invoke(dsl_file="none.clj")["statusCode"] == 500
        event = self.fails(publisher)
        assert event.error_details["dsl_file"] == "none.clj"
        assert event.error_details["exception_type"] == "ConfigurationError"

    @pytest.mark.parametrize("missing", ["session_id", "dsl_file"])
    def test_a_request_without_its_ids_is_refused_silently(
        self, invoke: Invoke, publisher: RecordingPublisher, missing: str
    ) -> None:
        assert invoke(**{missing: None})["statusCode"] == 400
        assert publisher.events == []

    @pytest.mark.parametrize("file", ["../secrets.clj", "/etc/passwd", "a.txt"])
    def test_no_file_outside_the_folder_is_read(
        self, invoke: Invoke, publisher: RecordingPublisher, file: str
    ) -> None:
        assert invoke(dsl_file=file)["statusCode"] == 500
        assert "expected a .clj path" in self.fails(publisher).failure_reason
