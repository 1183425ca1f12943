from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.functions.data_v2.conftest import BUCKET, Storage
from tests.functions.data_v2.vendors import FakeVendor, bars_until, scaled
from the_alchemiser.data_v2.symbol_refresh import Span, SymbolRefresh
from the_alchemiser.shared.errors import DataUnavailable
from the_alchemiser.shared.market_data import Bar

MONDAY, FRIDAY = date(2022, 3, 14), date(2022, 3, 18)
SPAN = Span.before(MONDAY, 400)
NEXT_WEEK = Span.before(FRIDAY, 400)


@pytest.fixture
def vendor() -> FakeVendor:
    return FakeVendor({"KO": bars_until(FRIDAY, 600)})


@pytest.fixture
def refresh(storage: Storage, vendor: FakeVendor) -> SymbolRefresh:
    return SymbolRefresh(storage.archive, vendor)


def between(bars: list[Bar], span: Span) -> tuple[Bar, ...]:
    return tuple(bar for bar in bars if span.first <= bar.day <= span.last)


def test_seeds_a_symbol_that_has_nothing(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    count = refresh.update("KO", SPAN)
    assert storage.store.bars("KO") == between(vendor.history["KO"], SPAN)
    assert count == len(storage.store.bars("KO"))
    record = storage.store.record("KO")
    assert record is not None
    assert (record.last_bar_date, record.row_count) == (date(2022, 3, 11), count)
    assert record.requested_from == SPAN.first


def test_never_stores_the_bar_of_the_day_itself(storage: Storage, refresh: SymbolRefresh) -> None:
    refresh.update("KO", SPAN)
    assert storage.store.bars("KO")[-1].day < MONDAY


def test_adds_only_the_missing_days(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    refresh.update("KO", SPAN)
    assert refresh.update("KO", NEXT_WEEK) == 4
    assert storage.store.bars("KO")[-1].day == date(2022, 3, 17)
    assert vendor.asked[-1][1] > SPAN.first, "asks again for the overlap only"


def test_asks_nothing_when_the_last_day_is_stored(
    vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    refresh.update("KO", NEXT_WEEK)
    asked = len(vendor.asked)
    assert refresh.update("KO", NEXT_WEEK) == 0
    assert len(vendor.asked) == asked


def test_a_holiday_changes_nothing(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    refresh.update("KO", SPAN)
    version = storage.archive.version("KO")
    vendor.history["KO"] = list(between(vendor.history["KO"], SPAN))
    assert refresh.update("KO", NEXT_WEEK) == 0
    assert storage.archive.version("KO") == version


@pytest.mark.parametrize("factor", [0.5, 1 / 3, 10.0, 0.9985])
def test_a_split_or_dividend_adjusts_the_old_bars(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh, factor: float
) -> None:
    refresh.update("KO", SPAN)
    ex_day = date(2022, 3, 16)
    adjusted = [scaled(bar, factor) if bar.day < ex_day else bar for bar in vendor.history["KO"]]
    vendor.history["KO"] = adjusted
    refresh.update("KO", NEXT_WEEK)
    span = Span(first=SPAN.first, last=NEXT_WEEK.last)
    assert storage.store.bars("KO") == between(adjusted, span)


def test_notices_a_dividend_that_was_booked_days_late(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    refresh.update("KO", SPAN)
    ex_day = date(2022, 2, 22)
    vendor.history["KO"] = [
        scaled(bar, 0.99) if bar.day < ex_day else bar for bar in vendor.history["KO"]
    ]
    refresh.update("KO", NEXT_WEEK)
    assert storage.store.bars("KO")[0].close == vendor.history["KO"][-len_kept(storage)].close


def len_kept(storage: Storage) -> int:
    return len(storage.store.bars("KO")) + 1  # the vendor has Friday's bar too


def test_corrects_a_bar_that_was_taken_before_the_close(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    final = vendor.history["KO"]
    vendor.history["KO"] = [
        replace(bar, close=bar.close + 0.5, volume=5.0) if bar.day == date(2022, 3, 11) else bar
        for bar in final
    ]
    refresh.update("KO", SPAN)
    vendor.history["KO"] = final
    assert refresh.update("KO", NEXT_WEEK) == 4
    assert storage.store.bars("KO") == between(final, Span(first=SPAN.first, last=NEXT_WEEK.last))


def test_reaches_further_back_when_asked_to(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    refresh.update("KO", Span.before(MONDAY, 30))
    refresh.update("KO", SPAN)
    assert storage.store.bars("KO") == between(vendor.history["KO"], SPAN)


def test_does_not_ask_again_for_days_before_the_symbol_was_listed(
    vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    vendor.history["KO"] = bars_until(FRIDAY, 20)
    refresh.update("KO", NEXT_WEEK)
    asked = len(vendor.asked)
    assert refresh.update("KO", NEXT_WEEK) == 0
    assert len(vendor.asked) == asked


def test_a_seed_replaces_everything_and_keeps_the_range(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    refresh.update("KO", NEXT_WEEK)
    vendor.history["KO"] = [scaled(bar, 2.0) for bar in vendor.history["KO"]]
    refresh.seed("KO", Span.before(MONDAY, 30))
    assert storage.store.bars("KO") == between(vendor.history["KO"], NEXT_WEEK)


def test_a_seed_without_bars_names_the_symbol_and_leaves_what_is_stored(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh
) -> None:
    refresh.update("KO", SPAN)
    stored = storage.store.bars("KO")
    vendor.history["KO"] = []
    with pytest.raises(DataUnavailable, match="KO: the vendor has no bars from"):
        refresh.seed("KO", SPAN)
    assert storage.store.bars("KO") == stored


@pytest.mark.parametrize("damage", ["record", "data", "missing"])
def test_mends_what_is_damaged(
    storage: Storage, vendor: FakeVendor, refresh: SymbolRefresh, damage: str
) -> None:
    refresh.update("KO", SPAN)
    record = storage.store.record("KO")
    assert record is not None
    key = "KO/metadata.json" if damage == "record" else record.data_key
    if damage == "missing":
        storage.s3.delete_object(Bucket=BUCKET, Key=key)
    else:
        storage.s3.put_object(Bucket=BUCKET, Key=key, Body=b"half a wri")
    with pytest.raises(DataUnavailable):
        storage.store.bars("KO")
    refresh.update("KO", SPAN)
    assert storage.store.bars("KO") == between(vendor.history["KO"], SPAN)


class IntrudingVendor(FakeVendor):
    """Lets another writer publish while this one is asking."""

    intruders: list[SymbolRefresh]

    def bars(self, symbol: str, first: date, last: date) -> list[Bar]:
        found = list(super().bars(symbol, first, last))
        if self.intruders:
            self.intruders.pop().update(symbol, SPAN)
        return found


def test_two_writers_lose_no_update(storage: Storage, vendor: FakeVendor) -> None:
    other = SymbolRefresh(storage.archive, vendor)
    other.update("KO", Span.before(MONDAY - timedelta(days=7), 400))
    slow = IntrudingVendor(vendor.history)
    slow.intruders = [other]
    refresh = SymbolRefresh(storage.archive, slow)
    refresh.update("KO", NEXT_WEEK)
    stored = storage.store.bars("KO")
    assert stored[-1].day == NEXT_WEEK.last
    assert len(slow.asked) == 2, "the first write was refused, and the work done again"
    record = storage.store.record("KO")
    assert record is not None
    assert stored == between(vendor.history["KO"], Span(first=stored[0].day, last=stored[-1].day))
