from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.fakes import CountingIds, RecordingPublisher
from tests.functions.data_v2.conftest import Storage
from tests.functions.data_v2.vendors import FakeVendor, bars_until
from tests.functions.deployed import FETCH_REQUESTS
from the_alchemiser.data_v2.cooldown import CooldownTable
from the_alchemiser.data_v2.fetch import RequestedFetch
from the_alchemiser.data_v2.ports import Held
from the_alchemiser.data_v2.responses import fetch_response
from the_alchemiser.data_v2.symbol_refresh import SymbolRefresh
from the_alchemiser.shared.errors import DataUnavailable, TransientError
from the_alchemiser.shared.events.data import MarketDataFetchCompleted, MarketDataFetchRequested
from the_alchemiser.shared.events.envelope import EventStamp

COOLDOWN = timedelta(minutes=15)


def request(event_id: str = "fetch-1", symbol: str = "KO") -> MarketDataFetchRequested:
    return MarketDataFetchRequested.model_validate_json(
        f"""{{"event_id": "{event_id}", "correlation_id": "workflow-1", "causation_id": "s-1",
        "timestamp": "2022-03-14T19:45:00+00:00", "source_module": "strategy_v2",
        "symbol": "{symbol}", "requesting_stage": "dev", "requesting_component": "worker"}}"""
    )


class Scene:
    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.vendor = FakeVendor({"KO": bars_until(date(2022, 3, 18), 600)})
        self.publisher = RecordingPublisher()
        self.cooldown = CooldownTable(storage.dynamodb, FETCH_REQUESTS, COOLDOWN, storage.clock)

    def run(self, asked: MarketDataFetchRequested) -> Any:
        service = RequestedFetch(
            symbol_refresh=SymbolRefresh(self.storage.archive, self.vendor),
            cooldown=self.cooldown,
            publisher=self.publisher,
            stamp=EventStamp(clock=self.storage.clock, ids=CountingIds(), source_module="data_v2"),
            clock=self.storage.clock,
        )
        return fetch_response(service.run(asked))

    @property
    def completed(self) -> list[MarketDataFetchCompleted]:
        return [e for e in self.publisher.events if isinstance(e, MarketDataFetchCompleted)]


@pytest.fixture
def scene(storage: Storage) -> Scene:
    return Scene(storage)


def test_fetches_and_tells(scene: Scene) -> None:
    response = scene.run(request())
    stored = scene.storage.store.bars("KO")
    assert response["statusCode"] == 200
    assert response["body"] == {
        "status": "success", "symbol": "KO", "bars_fetched": len(stored)
    }  # fmt: skip
    assert stored[0].day >= date(2022, 3, 14) - timedelta(days=400)
    assert stored[-1].day == date(2022, 3, 11)
    event = scene.completed[0]
    assert (event.symbol, event.success, event.was_deduplicated) == ("KO", True, False)
    assert (event.correlation_id, event.causation_id) == ("workflow-1", "fetch-1")
    assert event.bars_fetched == len(stored)


def test_a_second_request_within_the_cooldown_fetches_nothing(scene: Scene) -> None:
    scene.run(request())
    asked = len(scene.vendor.asked)
    scene.storage.clock.advance(minutes=5)
    response = scene.run(request("fetch-2"))
    assert response["body"] == {
        "status": "deduplicated",
        "symbol": "KO",
        "cooldown_remaining_seconds": 600,
    }
    assert len(scene.vendor.asked) == asked
    assert scene.completed[-1].was_deduplicated


def test_whom_an_unfinished_request_holds_back_is_not_told_success(scene: Scene) -> None:
    scene.cooldown.take("KO", "fetch-1")
    assert scene.run(request("fetch-2"))["body"]["status"] == "deduplicated"
    told = scene.completed[-1]
    assert (told.was_deduplicated, told.success) == (True, False)
    assert told.error_message == "KO: an earlier request for it has not finished"


def test_whom_a_finished_request_stands_for_is_told_success(scene: Scene) -> None:
    scene.run(request())
    scene.run(request("fetch-2"))
    told = scene.completed[-1]
    assert (told.was_deduplicated, told.success, told.error_message) == (True, True, None)


def test_the_same_request_delivered_twice_fetches_once(scene: Scene) -> None:
    scene.run(request())
    assert scene.run(request())["body"]["status"] == "deduplicated"


def test_other_symbols_are_not_held(scene: Scene) -> None:
    scene.run(request())
    scene.vendor.history["PEP"] = scene.vendor.history["KO"]
    assert scene.run(request("fetch-2", "PEP"))["body"]["status"] == "success"


def test_an_expired_item_that_dynamodb_has_not_removed_counts_as_gone(scene: Scene) -> None:
    scene.run(request())
    scene.storage.clock.advance(minutes=15, seconds=1)
    assert scene.run(request("fetch-2"))["body"]["status"] == "success"


def test_a_request_whose_function_died_may_be_taken_up_by_its_repetition(scene: Scene) -> None:
    assert scene.cooldown.take("KO", "fetch-1") is None
    assert isinstance(scene.cooldown.take("KO", "fetch-2"), Held)
    assert scene.run(request("fetch-1"))["body"]["status"] == "success"


def test_a_failure_frees_the_symbol_and_is_told(scene: Scene) -> None:
    scene.vendor.failures["KO"] = DataUnavailable("KO", "the vendor sent an unusable bar")
    response = scene.run(request())
    assert response["statusCode"] == 500
    assert scene.completed[-1].error_message == "KO: the vendor sent an unusable bar"
    assert not scene.completed[-1].success
    scene.vendor.failures.clear()
    assert scene.run(request("fetch-2"))["body"]["status"] == "success"


def test_a_passing_failure_frees_the_symbol_and_is_delivered_again(scene: Scene) -> None:
    scene.vendor.failures["KO"] = TransientError("429")
    with pytest.raises(TransientError):
        scene.run(request())
    assert scene.cooldown.take("KO", "fetch-2") is None


def test_a_late_failure_does_not_free_somebody_elses_reservation(scene: Scene) -> None:
    scene.cooldown.take("KO", "fetch-1")
    scene.storage.clock.advance(minutes=16)
    scene.cooldown.take("KO", "fetch-2")
    scene.cooldown.release("KO", "fetch-1")
    assert isinstance(scene.cooldown.take("KO", "fetch-3"), Held)


def test_fetches_when_the_table_cannot_be_asked(scene: Scene) -> None:
    scene.storage.dynamodb.delete_table(TableName=FETCH_REQUESTS)
    assert scene.run(request())["body"]["status"] == "success"
