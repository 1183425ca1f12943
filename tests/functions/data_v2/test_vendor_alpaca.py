from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import requests

from the_alchemiser.data_v2.pace import Pace
from the_alchemiser.data_v2.vendor_alpaca import PATIENCE, AlpacaBars
from the_alchemiser.shared.broker_alpaca_clients import DataApi
from the_alchemiser.shared.errors import ConfigurationError, DataUnavailable, TransientError

FIRST, LAST = date(2022, 3, 7), date(2022, 3, 9)


def row(day: str, close: float = 61.5, **changes: Any) -> dict[str, Any]:
    return {"t": f"{day}T05:00:00Z", "o": 60, "h": 62, "l": 59, "c": close, "v": 7, **changes}


class Answers(requests.Session):
    """Gives prepared answers in turn, the last one for ever, and keeps the requests."""

    def __init__(self, *answers: Any) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def request(self, method: Any, url: Any, *args: Any, **opts: Any) -> requests.Response:
        self.asked.append({"url": url, **opts})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = answer
        response = requests.Response()
        response.status_code = status
        response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response.headers.update(headers)
        return response


def page(*rows: Any, token: str | None = None, symbol: str = "KO") -> Any:
    return (200, {"bars": {symbol: list(rows)}, "next_page_token": token}, {})


def refusal(status: int, **headers: str) -> Any:
    return (status, {"code": 0, "message": "no"}, headers)


class Waits:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def sleep(self, duration_s: float) -> None:
        self.slept.append(duration_s)
        self.now += duration_s


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def vendor(waits: Waits) -> Callable[..., tuple[AlpacaBars, Answers]]:
    def make(*answers: Any) -> tuple[AlpacaBars, Answers]:
        api = DataApi("key", "secret", raw_data=True, url_override="http://127.0.0.1:1")
        session = Answers(*answers)
        api._session = session
        pace = Pace(clock=lambda: waits.now, sleep=waits.sleep)
        patience = replace(PATIENCE, sleep=waits.sleep)
        return AlpacaBars(api, pace, patience), session

    return make


def test_asks_for_adjusted_daily_bars_of_whole_days(vendor: Any) -> None:
    bars, session = vendor(page(row("2022-03-07"), row("2022-03-08", 62.0)))
    found = bars.bars("KO", FIRST, LAST)
    assert [(bar.day, bar.close) for bar in found] == [
        (date(2022, 3, 7), 61.5),
        (date(2022, 3, 8), 62.0),
    ]
    params = session.asked[0]["params"]
    assert params["adjustment"] == "all"
    assert params["timeframe"].value == "1Day"
    assert (params["start"], params["end"]) == (
        "2022-03-07T00:00:00+00:00",
        "2022-03-09T23:59:59.999999+00:00",
    )
    assert session.asked[0]["timeout"]


def test_joins_all_pages(vendor: Any) -> None:
    bars, session = vendor(page(row("2022-03-07"), token="more"), page(row("2022-03-08")))
    assert len(bars.bars("KO", FIRST, LAST)) == 2
    assert session.asked[1]["params"]["page_token"] == "more"


def test_no_bars_are_no_error(vendor: Any) -> None:
    bars, _session = vendor((200, {"bars": {}, "next_page_token": None}, {}))
    assert bars.bars("KO", FIRST, LAST) == []


def test_asks_nothing_for_no_days(vendor: Any) -> None:
    bars, session = vendor(page())
    assert bars.bars("KO", LAST, FIRST) == ()
    assert not session.asked


def test_drops_days_it_did_not_ask_for_and_repeated_ones(vendor: Any) -> None:
    bars, _session = vendor(
        page(row("2022-03-10"), row("2022-03-08"), row("2022-03-07"), row("2022-03-08", 9.0))
    )
    assert [bar.day.day for bar in bars.bars("KO", FIRST, LAST)] == [7, 8]


@pytest.mark.parametrize(
    "bad",
    [{"c": None}, {"c": "n/a"}, {"t": "yesterday"}, {"t": None}, {"v": []}, {"o": {}}],
)
def test_refuses_an_unusable_bar_and_names_the_symbol(vendor: Any, bad: dict[str, Any]) -> None:
    bars, _session = vendor(page(row("2022-03-07", **bad)))
    with pytest.raises(DataUnavailable, match="KO: the vendor sent an unusable bar"):
        bars.bars("KO", FIRST, LAST)


@pytest.mark.parametrize(
    "failure",
    [
        refusal(500),
        refusal(503),
        refusal(429),
        requests.ConnectionError("reset"),
        requests.Timeout("slow"),
        (200, b"<html>", {}),
        (200, {"unexpected": 1}, {}),
    ],
)
def test_tries_again_a_few_times_with_growing_pauses(
    vendor: Any, waits: Waits, failure: Any
) -> None:
    bars, session = vendor(failure, failure, page(row("2022-03-07")))
    assert len(bars.bars("KO", FIRST, LAST)) == 1
    assert len(session.asked) == 3
    bars, session = vendor(failure)
    with pytest.raises(TransientError):
        bars.bars("KO", FIRST, LAST)
    assert len(session.asked) == 4
    assert sum(waits.slept) < 240


def test_wrong_credentials_are_not_tried_again(vendor: Any) -> None:
    bars, session = vendor(refusal(401))
    with pytest.raises(ConfigurationError, match="ALPACA__SECRET_ARN"):
        bars.bars("KO", FIRST, LAST)
    assert len(session.asked) == 1


def test_waits_until_the_rate_limit_opens_again(vendor: Any, waits: Waits) -> None:
    limited = refusal(429, **{"X-RateLimit-Reset": str(waits.now + 40)})
    bars, _session = vendor(limited, page(row("2022-03-07")))
    bars.bars("KO", FIRST, LAST)
    assert waits.now >= 1_040


@pytest.mark.parametrize("reset", ["soon", "1e99", "-5", "nan"])
def test_an_absurd_reset_time_waits_a_minute_at_most(vendor: Any, waits: Waits, reset: str) -> None:
    bars, _session = vendor(refusal(429, **{"X-RateLimit-Reset": reset}), page(row("2022-03-07")))
    bars.bars("KO", FIRST, LAST)
    assert 1_000 < waits.now < 1_070


def test_requests_are_spaced_out(vendor: Any, waits: Waits) -> None:
    bars, session = vendor(page(row("2022-03-07")))
    for _ in range(10):
        bars.bars("KO", FIRST, LAST)
    assert len(session.asked) == 10
    assert waits.now == pytest.approx(1_000 + 9 * 0.3)
