"""The adapter against the simulated second source, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from local.market.bars import Restatement
from local.market.broker import Broker
from local.market.faults import Fault, FaultKind
from tests.simulated_market import opened, served
from the_alchemiser.data_quality_monitor.pace import MinutePace
from the_alchemiser.data_quality_monitor.twelve_data import TwelveDataCloses, connect
from the_alchemiser.shared.broker_patience import Patience
from the_alchemiser.shared.errors import ConfigurationError, DataUnavailable, TransientError

KEY = "a-very-secret-key"
FIRST, LAST = date(2022, 3, 8), date(2022, 3, 14)


@pytest.fixture
def market() -> Broker:
    return opened(date(2022, 3, 15))


@pytest.fixture
def source(market: Broker) -> Iterator[TwelveDataCloses]:
    with served(market) as address:
        made = connect(api_key=KEY, endpoint=address, pace=MinutePace(1000))
        made._patience = Patience(attempts=2, first_wait_s=0, longest_wait_s=0)
        yield made
        made._session.close()


def test_gives_the_closes_of_the_days(source: TwelveDataCloses, market: Broker) -> None:
    closes = source.closes("KO", FIRST, LAST)

    assert sorted(closes) == [date(2022, 3, day) for day in (8, 9, 10, 11, 14)]
    assert Decimal(str(closes[LAST])) == market.tape.prices.close("KO", LAST)


@pytest.mark.parametrize("is_dividend", [True, False])
def test_the_closes_are_adjusted_for_what_the_stored_ones_are(
    source: TwelveDataCloses, market: Broker, is_dividend: bool
) -> None:
    raw = source.closes("KO", FIRST, LAST)[FIRST]
    day = date(2022, 3, 10)
    market.announce(
        Restatement(symbol="KO", day=day, ratio=Decimal("1.25"), is_dividend=is_dividend)
    )
    closes = source.closes("KO", FIRST, LAST)

    assert closes[FIRST] == pytest.approx(raw / 1.25)


def test_an_unknown_symbol_is_named(source: TwelveDataCloses) -> None:
    with pytest.raises(DataUnavailable, match="NOSUCH"):
        source.closes("NOSUCH", FIRST, LAST)


@pytest.mark.parametrize("status", [429, 500])
def test_one_failure_is_survived_and_a_lasting_one_is_transient(
    source: TwelveDataCloses, market: Broker, status: int
) -> None:
    fault = Fault(kind=FaultKind.STATUS, path="/time_series", value=Decimal(status))
    market.faults.arm(fault)
    assert source.closes("KO", FIRST, LAST)

    market.faults.arm(fault.model_copy(update={"count": 9}))
    with pytest.raises(TransientError) as failure:
        source.closes("KO", FIRST, LAST)
    assert KEY not in str(failure.value)


def test_a_dropped_connection_does_not_show_the_key(
    source: TwelveDataCloses, market: Broker
) -> None:
    market.faults.arm(Fault(kind=FaultKind.DROP, path="/time_series", count=9))

    with pytest.raises(TransientError) as failure:
        source.closes("KO", FIRST, LAST)

    assert KEY not in str(failure.value)
    assert KEY not in str(failure.value.__cause__)


class Answering(BaseAdapter):
    """A vendor whose answers the test decides."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__()
        self.status, self.body = status, body

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        response = requests.Response()
        response.status_code, response.request = self.status, request
        response.raw = BytesIO(self.body.encode())
        return response

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, '{"code": 401, "status": "error"}', ConfigurationError),
        (403, "{}", ConfigurationError),
        (200, '{"code": 429, "status": "error"}', TransientError),
        (200, '{"code": 404, "status": "error"}', DataUnavailable),
        (200, '{"code": 400, "status": "error"}', DataUnavailable),
        (200, '{"status": "ok"}', TransientError),
        (200, "[]", TransientError),
        (200, "nonsense", TransientError),
        (200, '{"values": [{"datetime": "2022-03-14"}]}', DataUnavailable),
        (200, '{"values": [{"datetime": "soon", "close": "1"}]}', DataUnavailable),
        (200, '{"values": [{"datetime": "2022-03-14", "close": "x"}]}', DataUnavailable),
        (200, '{"values": [7]}', DataUnavailable),
    ],
)
def test_every_answer_has_its_meaning(status: int, body: str, expected: type[Exception]) -> None:
    session = requests.Session()
    session.mount("https://", Answering(status, body))
    once = Patience(attempts=1, first_wait_s=0, longest_wait_s=0)
    source = TwelveDataCloses(session, "https://vendor.test", MinutePace(1000), once)

    with pytest.raises(expected) as failure:
        source.closes("KO", FIRST, LAST)

    assert KEY not in str(failure.value)
