"""A class of a share is one thing, from a file that spells it its own way to an order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.cloud import Cloud
from tests.fakes import FixedClock
from tests.functions.data_v2.test_vendor_alpaca import Answers, page, row
from tests.functions.deployed import BARS
from tests.functions.trading_world import World, world
from the_alchemiser.data_quality_monitor.pace import MinutePace
from the_alchemiser.data_quality_monitor.twelve_data import TwelveDataCloses
from the_alchemiser.data_v2.archive import S3BarArchive
from the_alchemiser.data_v2.pace import Pace
from the_alchemiser.data_v2.vendor_alpaca import AlpacaBars
from the_alchemiser.shared.broker_alpaca_clients import DataApi
from the_alchemiser.shared.broker_patience import Patience
from the_alchemiser.shared.market_data_s3 import S3BarStore
from the_alchemiser.shared.strategy_symbols import find_symbols
from the_alchemiser.strategy_v2.evaluation.decision import decide
from the_alchemiser.strategy_v2.language.text import Source

MONDAY, TUESDAY, WEDNESDAY = date(2022, 3, 7), date(2022, 3, 8), date(2022, 3, 9)
SPELLED = ["BRK.B", "BRK/B", "BRK-B", "EQUITIES::BRK/B//USD"]


def strategy(spelled: str) -> str:
    return f'(if (> (current-price "{spelled}") 1) (asset "{spelled}" nil) (asset "KO"))'


@pytest.fixture
def market() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.mark.parametrize("spelled", SPELLED)
def test_it_is_fetched_stored_and_read_under_one_name(
    spelled: str, cloud: Cloud, tmp_path: Path
) -> None:
    (symbol,) = find_symbols(strategy(spelled)) - {"KO"}
    api = DataApi("key", "secret", raw_data=True, url_override="http://127.0.0.1:1")
    api._session = session = Answers(page(row("2022-03-07"), row("2022-03-08"), symbol="BRK.B"))
    vendor = AlpacaBars(api, Pace(clock=lambda: 0.0, sleep=lambda _: None), Patience(attempts=1))
    bars = vendor.bars(symbol, MONDAY, TUESDAY)
    assert session.asked[0]["params"]["symbols"] == "BRK.B"

    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BARS)
    store = S3BarStore(s3, BARS, tmp_path)
    archive = S3BarArchive(s3, BARS, store, FixedClock())
    archive.publish(symbol, bars, requested_from=MONDAY, replacing=None)
    assert store.symbols() == ("BRK.B",)
    found = decide(Source(file="f.clj", text=strategy(spelled)), store, WEDNESDAY)
    assert dict(found.weights) == {"BRK.B": 1}


def test_the_second_source_is_asked_for_the_same() -> None:
    rows = [{"datetime": "2022-03-08", "close": "61.5"}]
    session = Answers((200, {"status": "ok", "values": rows}, {}))
    source = TwelveDataCloses(session, "http://127.0.0.1:1", MinutePace(1000), Patience(attempts=1))
    (symbol,) = find_symbols('(asset "BRK/B")')
    assert source.closes(symbol, MONDAY, TUESDAY) == {TUESDAY: 61.5}
    assert session.asked[0]["params"]["symbol"] == "BRK.B"


@pytest.mark.parametrize("spelled", ["BRK.B", "BRK/B"])
def test_it_is_ordered_and_held_as_the_broker_spells_it(spelled: str, market: World) -> None:
    market.alpaca.trade_at("BRK.B", "310.00")
    market.start_run({spelled: "1"})
    market.trade_until_idle()
    assert {order.symbol for order in market.alpaca.placed()} == {"BRK.B"}
    assert market.alpaca.held("BRK.B") > 0
    assert {lot.symbol for lot in market.lots()} == {"BRK.B"}
