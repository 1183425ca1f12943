"""MiniStack dies in the middle of a run. Last of its folder, because it takes the stack along."""

from __future__ import annotations

import pytest

from local.day.following import Ending
from local.day.journal import UNFINISHED
from local.problems import LocalProblem
from tests.day.agreement import assert_books_agree, assert_on_target
from tests.day.conftest import open_floor
from tests.day.floor import DAYS, Floor

pytestmark = pytest.mark.day


def test_a_lost_emulator_is_told_and_the_next_run_begins_anew(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "local.day.trading.TradingDay._see", lambda trading, event: floor.kill_ministack()
    )
    with pytest.raises(LocalProblem) as problem:
        floor.session.trade(DAYS[0])
    monkeypatch.undo()
    assert "NOT traded" in str(problem.value)
    assert "ledger" in str(problem.value)
    assert floor.session.journal.last is not None
    assert floor.session.journal.last.outcome == UNFINISHED

    rebuilt = floor.checkout.run("local").succeeded()
    assert "no longer holds anything of stack local" in rebuilt.messages
    anew = open_floor(floor.checkout)
    assert anew.session.journal.last is None
    result = anew.session.trade(DAYS[0])
    assert result.ending is Ending.COMPLETED
    assert_on_target(result)
    assert_books_agree(anew)
