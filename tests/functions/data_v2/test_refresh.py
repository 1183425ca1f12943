from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.fakes import FixedClock
from tests.functions.data_v2.conftest import Storage
from tests.functions.data_v2.vendors import FakeVendor, bars_until
from tests.functions.deployed import BAD_DATA
from the_alchemiser.data_v2.inputs import Refresh, RefreshCommand, decode
from the_alchemiser.data_v2.markers import MarkerTable
from the_alchemiser.data_v2.refresh import (
    SYMBOL_S,
    DailyRefresh,
    Report,
    effective_day,
)
from the_alchemiser.data_v2.responses import refresh_response
from the_alchemiser.data_v2.symbol_refresh import SymbolRefresh
from the_alchemiser.shared.errors import ConfigurationError, PermanentError, TransientError
from the_alchemiser.shared.market_data_budget import MOST_INVOCATIONS, TimeBudget
from the_alchemiser.shared.table import Table, encode

CONFIGURED = ("AAPL", "KO", "PEP")


@dataclass
class Continued:
    payloads: list[Mapping[str, object]] = field(default_factory=list)

    def start(self, payload: Mapping[str, object]) -> None:
        self.payloads.append(payload)


@dataclass
class Scene:
    """A refresh of three symbols, on real tables and a made-up vendor."""

    storage: Storage
    vendor: FakeVendor = field(default_factory=FakeVendor)
    continued: Continued = field(default_factory=Continued)
    configured: Sequence[str] = CONFIGURED
    left_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        last = date(2022, 3, 18)
        self.vendor.history = {symbol: bars_until(last, 1200) for symbol in CONFIGURED}

    def run(self, **command: Any) -> Report:
        return self.go_on(Refresh(command=RefreshCommand(**command), correlation_id="workflow-1"))

    def go_on(self, refresh: Refresh) -> Report:
        clock = self.storage.clock
        service = DailyRefresh(
            symbol_refresh=SymbolRefresh(self.storage.archive, self.vendor),
            markers=MarkerTable(Table(self.storage.dynamodb, BAD_DATA), clock),
            configured=lambda: self.configured,
            continuation=self.continued,
            clock=clock,
        )
        budget = TimeBudget(remaining_s=lambda: self.left_s.pop(0) if self.left_s else 900.0)
        return service.run(refresh, budget)

    def mark(self, symbol: str, at: str = "2022-03-12T00:00:00+00:00", **more: Any) -> None:
        item = {"PK": f"SYMBOL#{symbol}", "SK": f"MARKER#{at}", "reason": "spike", **more}
        self.storage.dynamodb.put_item(TableName=BAD_DATA, Item=encode(item))

    @property
    def markers(self) -> list[Any]:
        return list(self.storage.dynamodb.scan(TableName=BAD_DATA)["Items"])

    def last_day(self, symbol: str) -> date:
        return self.storage.store.bars(symbol)[-1].day


@pytest.fixture
def scene(storage: Storage) -> Scene:
    return Scene(storage)


def test_refreshes_every_symbol_that_a_strategy_names(scene: Scene) -> None:
    report = scene.run()
    assert scene.storage.store.symbols() == CONFIGURED
    assert refresh_response("workflow-1", report) == {
        "statusCode": 200,
        "body": {
            "status": "success",
            "correlation_id": "workflow-1",
            "total_symbols": 3,
            "refreshed": 3,
            "bars_fetched": report.bars_fetched,
        },
    }


def test_refreshes_only_the_named_symbols(scene: Scene) -> None:
    scene.run(symbols=("KO",))
    assert scene.storage.store.symbols() == ("KO",)


def test_seeds_on_demand(scene: Scene) -> None:
    scene.run(symbols=("KO",))
    assert scene.run(symbols=("KO",)).bars_fetched == 0
    asked = len(scene.vendor.asked)
    assert scene.run(symbols=("KO",), full_seed=True).bars_fetched > 1000
    assert len(scene.vendor.asked) == asked + 1


def test_one_symbol_that_fails_does_not_keep_the_others_from_theirs(scene: Scene) -> None:
    scene.vendor.failures["KO"] = TransientError("bars of KO: the broker answered 500")
    response = refresh_response("workflow-1", scene.run())
    assert scene.storage.store.symbols() == ("AAPL", "PEP")
    assert response["statusCode"] == 206
    body = response["body"]
    assert (body["status"], body["failed"], body["failed_symbols"]) == ("partial", 1, ["KO"])
    assert body["failures"] == {"KO": "bars of KO: the broker answered 500"}


def test_fails_when_nothing_could_be_refreshed(scene: Scene) -> None:
    scene.vendor.history = {}
    with pytest.raises(PermanentError, match="none of 3 symbols"):
        scene.run()


def test_wrong_credentials_stop_the_refresh_at_once(scene: Scene) -> None:
    scene.vendor.failures["AAPL"] = ConfigurationError("401")
    with pytest.raises(ConfigurationError):
        scene.run()
    assert len(scene.vendor.asked) == 1


def test_no_configured_symbol_is_a_mistake(scene: Scene) -> None:
    scene.configured = ()
    with pytest.raises(ConfigurationError, match="no packaged strategy"):
        scene.run()


def test_fetches_up_to_the_day_before_as_of(scene: Scene) -> None:
    scene.run(as_of=date(2022, 3, 10))
    assert scene.last_day("KO") == date(2022, 3, 9)
    scene.run(as_of=date(2022, 3, 11))
    assert scene.last_day("KO") == date(2022, 3, 10)


@pytest.mark.parametrize(
    ("now", "as_of", "day"),
    [
        # 04:00 UTC on Tuesday is still Monday evening in New York: Monday's bar is complete.
        (datetime(2022, 1, 11, 4, tzinfo=UTC), None, date(2022, 1, 11)),
        (datetime(2022, 3, 14, 19, 45, tzinfo=UTC), None, date(2022, 3, 14)),
        (datetime(2022, 3, 14, 19, 45, tzinfo=UTC), date(2022, 3, 1), date(2022, 3, 1)),
        (datetime(2022, 3, 14, 19, 45, tzinfo=UTC), date(2022, 3, 15), date(2022, 3, 14)),
    ],
)
def test_takes_no_bar_that_is_still_being_made(
    now: datetime, as_of: date | None, day: date
) -> None:
    assert effective_day(FixedClock(now), as_of) == day


def test_seeds_marked_symbols_and_forgets_their_markers(scene: Scene) -> None:
    scene.run()
    scene.mark("KO")
    scene.mark("KO", "2022-03-13T00:00:00+00:00")
    asked = len(scene.vendor.asked)
    scene.run()
    assert scene.vendor.asked[asked][0] == "KO"
    assert scene.markers == []


def test_fetches_a_marked_symbol_only_once(scene: Scene) -> None:
    scene.mark("KO")
    scene.run()
    assert [symbol for symbol, _first, _last in scene.vendor.asked].count("KO") == 1


def test_seeds_a_marked_symbol_that_no_strategy_names(scene: Scene) -> None:
    scene.vendor.history["XOM"] = bars_until(date(2022, 3, 18), 300)
    scene.mark("XOM")
    assert scene.run().refreshed == 4
    assert scene.last_day("XOM") == date(2022, 3, 11)


def test_keeps_the_markers_of_a_symbol_that_failed(scene: Scene) -> None:
    scene.mark("KO")
    scene.vendor.failures["KO"] = TransientError("500")
    scene.run()
    assert len(scene.markers) == 1


@pytest.mark.parametrize("command", [{"process_markers": False}, {"symbols": ("AAPL",)}])
def test_leaves_markers_alone_when_told_to(scene: Scene, command: dict[str, Any]) -> None:
    scene.mark("KO")
    scene.run(**command)
    assert len(scene.markers) == 1


def test_passes_over_expired_and_unreadable_markers(scene: Scene) -> None:
    scene.mark("XOM", TTL=1)
    scene.mark("not a symbol")
    assert scene.run().refreshed == 3


def test_stops_in_time_and_goes_on_in_a_new_invocation(scene: Scene) -> None:
    scene.left_s = [SYMBOL_S + 1, SYMBOL_S - 1]
    report = scene.run()
    assert (report.refreshed, report.remaining) == (2, ("PEP",))
    assert refresh_response("workflow-1", report)["body"]["status"] == "continuing"
    again = decode(scene.continued.payloads[0])
    assert isinstance(again, Refresh)
    assert again.correlation_id == "workflow-1"
    total = scene.go_on(again)
    assert (total.refreshed, total.remaining, total.failed_symbols) == (3, (), [])
    assert total.bars_fetched == sum(len(scene.storage.store.bars(s)) for s in CONFIGURED)


def test_a_failure_of_an_earlier_invocation_is_in_the_final_answer(scene: Scene) -> None:
    scene.vendor.failures["AAPL"] = TransientError("500")
    scene.left_s = [1.0]
    scene.run()
    again = decode(scene.continued.payloads[0])
    assert isinstance(again, Refresh)
    assert scene.go_on(again).failed_symbols == ["AAPL"]


def test_still_seeds_what_was_marked_when_it_goes_on(scene: Scene) -> None:
    scene.run()
    scene.mark("AAPL")
    scene.mark("KO")
    scene.left_s = [1.0]
    scene.run()
    assert len(scene.markers) == 1
    again = decode(scene.continued.payloads[0])
    assert isinstance(again, Refresh)
    scene.go_on(again)
    assert scene.markers == []


def test_does_at_least_one_symbol_in_each_invocation(scene: Scene) -> None:
    scene.left_s = [0.0]
    assert scene.run().refreshed == 1


def test_does_not_go_on_for_ever(scene: Scene) -> None:
    scene.left_s = [0.0]
    with pytest.raises(PermanentError, match="2 symbols remain after 12 invocations"):
        scene.run(
            symbols=CONFIGURED,
            progress={"invocations": MOST_INVOCATIONS - 1, "refreshed": 5},
        )
    assert scene.continued.payloads == []
