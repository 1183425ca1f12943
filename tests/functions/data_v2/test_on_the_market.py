"""The real alpaca-py and the real archive, against the simulated market over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from local.market.bars import Restatement
from local.market.broker import Broker
from local.market.faults import Fault, FaultKind
from local.market.hours import trading_moment
from tests.functions.data_v2.conftest import Storage
from tests.simulated_market import opened, served
from the_alchemiser.data_v2.pace import Pace
from the_alchemiser.data_v2.symbol_refresh import Span, SymbolRefresh
from the_alchemiser.data_v2.vendor_alpaca import connect
from the_alchemiser.shared.broker_patience import Patience
from the_alchemiser.shared.errors import DataUnavailable, TransientError
from the_alchemiser.shared.market_data import Closes

TUESDAY = date(2022, 3, 15)
EX_DAY = date(2022, 3, 16)


@dataclass(frozen=True)
class Scene:
    market: Broker
    refresh: SymbolRefresh
    storage: Storage

    def morning_of(self, day: date, symbol: str = "KO") -> Closes:
        """Refresh on the market's day and read what a strategy would."""
        self.market.move_to(trading_moment(day))
        self.refresh.update(symbol, Span.before(day, 400))
        return self.storage.store.closes(symbol, day)

    def real(self, closes: Closes, symbol: str = "KO") -> list[float]:
        return [float(self.market.tape.prices.close(symbol, day)) for day in closes.dates]


@pytest.fixture
def scene(storage: Storage) -> Iterator[Scene]:
    market = opened(TUESDAY)
    with served(market) as address:
        vendor = connect(
            key="k", secret="s", endpoint=address, pace=Pace(sleep=lambda _duration_s: None)
        )
        vendor._patience = Patience(attempts=3, first_wait_s=0, longest_wait_s=0, hold_limit_s=0)
        yield Scene(market, SymbolRefresh(storage.archive, vendor), storage)
        vendor._api._session.close()


def test_stores_the_real_closes_up_to_the_day_before(scene: Scene) -> None:
    closes = scene.morning_of(TUESDAY)

    assert closes.dates[-1] == date(2022, 3, 14)
    assert closes.dates[0] >= TUESDAY - timedelta(days=400)
    assert list(closes.values) == scene.real(closes)


def test_day_after_day_equals_one_seed(scene: Scene) -> None:
    for day in (TUESDAY, EX_DAY, date(2022, 3, 17), date(2022, 3, 21)):
        closes = scene.morning_of(day)

    assert closes.dates[-1] == date(2022, 3, 18)
    assert list(closes.values) == scene.real(closes)


@pytest.mark.parametrize(
    ("event", "factor"),
    [
        (Restatement(symbol="KO", day=EX_DAY, ratio=Decimal(2)), 0.5),
        (Restatement(symbol="KO", day=EX_DAY, ratio=Decimal("0.1")), 10.0),
        (Restatement(symbol="KO", day=EX_DAY, ratio=1 / Decimal("0.992"), is_dividend=True), 0.992),
    ],
)
def test_a_split_or_dividend_restates_all_that_is_stored(
    scene: Scene, event: Restatement, factor: float
) -> None:
    before = scene.morning_of(TUESDAY)
    scene.market.announce(event)
    scene.morning_of(EX_DAY)

    after = scene.morning_of(date(2022, 3, 17))

    assert after.dates[: len(before.dates)] == before.dates
    assert after.values == pytest.approx([close * factor for close in scene.real(after)])


@pytest.mark.parametrize("kind", [FaultKind.STATUS, FaultKind.DROP, FaultKind.DROP_AFTER])
def test_one_failure_is_survived_and_a_lasting_one_leaves_what_is_stored(
    scene: Scene, kind: FaultKind
) -> None:
    stored = scene.morning_of(TUESDAY)
    fault = Fault(kind=kind, path="/v2/stocks/bars", value=Decimal(429))
    scene.market.faults.arm(fault.model_copy(update={"count": 9}))

    with pytest.raises(TransientError):
        scene.morning_of(EX_DAY)

    assert scene.storage.store.closes("KO", date.max) == stored
    scene.market.faults.clear()
    scene.market.faults.arm(fault)
    assert scene.morning_of(EX_DAY).dates[-1] == TUESDAY


def test_a_symbol_that_the_vendor_has_not_is_named(scene: Scene) -> None:
    with pytest.raises(DataUnavailable, match="NOSUCH: the vendor has no bars"):
        scene.morning_of(TUESDAY, "NOSUCH")
