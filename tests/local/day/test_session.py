"""Which day `make day` trades when it is not told one, also when there are two of them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from blueprint.outputs import StackOutputs
from local.day.calendar import FIRST_SHOWN, tradable_days
from local.day.following import Ending
from local.day.journal import UNFINISHED, Journal, write_journal
from local.day.result import DayResult
from local.day.session import TradingSession, day_to_trade
from local.day.stack import LocalStack
from local.market.service import Market
from local.workfolder import WorkFolder
from tests.deployed_outputs import outputs_document

FRIDAY, MONDAY, TUESDAY = date(2022, 3, 18), date(2022, 3, 21), date(2022, 3, 22)


@pytest.mark.parametrize("outcome", ["completed", "failed", "stood still"])
def test_the_trading_day_after_the_last_is_next(outcome: str) -> None:
    assert day_to_trade(Journal(life="a").with_day(FRIDAY, outcome)) == MONDAY


def test_a_day_that_was_cut_off_is_traded_again() -> None:
    assert day_to_trade(Journal(life="a").with_day(FRIDAY, UNFINISHED)) == FRIDAY


def test_before_the_first_and_after_the_last_day_comes_the_one_shown_first() -> None:
    assert day_to_trade(Journal(life="a")) == FIRST_SHOWN
    assert day_to_trade(Journal(life="a").with_day(tradable_days()[-1], "completed")) == FIRST_SHOWN


class QuickSession(TradingSession):
    """Trades a day in no time, and leaves its result."""

    def _traded(self, day: date, *, warm: bool) -> DayResult:
        time.sleep(0.1)
        write_journal(self.work, self.journal.with_day(day, Ending.COMPLETED.value))
        money = Decimal(100_000)
        return DayResult(
            day=day,
            ending=Ending.COMPLETED,
            correlation_id="workflow-1",
            seconds=0.1,
            cash=money,
            equity=money,
            opened_with=money,
            index_close=Decimal(4000),
        )


def test_the_second_of_two_at_once_waits_and_goes_on_from_the_first(tmp_path: Path) -> None:
    work = WorkFolder(root=tmp_path, home=tmp_path)
    write_journal(work, Journal(life="a").with_day(FRIDAY, Ending.COMPLETED.value))
    outputs = StackOutputs.read(outputs_document({}, {}), "local")
    session = QuickSession(
        work=work,
        stack=LocalStack(endpoint="http://127.0.0.1:1", environment={}, outputs=outputs),
        market=Market(port=1, life="a"),
        life="a",
    )
    with ThreadPoolExecutor(max_workers=2) as pool:
        traded = list(pool.map(lambda _: session.trade().day, range(2)))
    assert sorted(traded) == [MONDAY, TUESDAY]
    assert [each.day for each in session.journal.days] == [FRIDAY, MONDAY, TUESDAY]
