"""Trades days: the one that ends `make local`, `make day` and `make days`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from blueprint.outputs import StackOutputs
from cli.engine.arguments import DEFAULT_STACK
from cli.engine.cli import Cli
from cli.outputs import stack_outputs
from local.day.calendar import FIRST_SHOWN, next_day
from local.day.equity import EquityPoint, draw_equity
from local.day.following import Ending
from local.day.journal import Journal, days_folder
from local.day.result import DayResult
from local.day.session import TradingSession
from local.day.showing import show_result
from local.day.wording import dollars
from local.ministack.server import running_server
from local.problems import LocalProblem
from local.progress import say
from local.workfolder import WorkFolder


def trade_first_day(work: WorkFolder, endpoint: str, outputs: StackOutputs) -> int:
    """Trade a day on a stack on which none was traded yet; else say how to trade the next one."""
    session = TradingSession.of(work, endpoint, DEFAULT_STACK, outputs)
    last = session.journal.last
    if last is None:
        return _trade(session, FIRST_SHOWN)
    print(f"{last.day} was traded last; `make day` trades {day_to_trade(session.journal)}")
    return 0


def trade_day(work: WorkFolder, day: date | None) -> int:
    """Trade one day: the one asked for, else the one after the last."""
    session = _session(work)
    return _trade(session, day or day_to_trade(session.journal))


def day_to_trade(journal: Journal) -> date:
    """Give the day after the last, the last again if it was cut off, the first after the end."""
    if journal.last is None:
        return FIRST_SHOWN
    if journal.is_cut_off:
        return journal.last.day
    return next_day(journal.last.day) or FIRST_SHOWN


def trade_days(work: WorkFolder, days: Sequence[date]) -> int:
    """Trade days one after another and draw the equity beside the index."""
    session = _session(work)
    results: list[DayResult] = []
    for number, day in enumerate(days, 1):
        result = session.trade(day)
        results.append(result)
        print(
            f"{day}  {result.ending.value:11}  {len(result.fills):3} fills  "
            f"equity {dollars(result.equity)}  ({number} of {len(days)})",
            flush=True,
        )
        if result.ending is not Ending.COMPLETED:
            show_result(result, session.folder(day))
            say(f"error: {day} failed, so the days after it were not traded")
            break
    if len(results) > 1:
        print(f"equity curve  {_draw(work, results)}")
    completed = [result for result in results if result.ending is Ending.COMPLETED]
    return 0 if len(completed) == len(days) else 1


def _trade(session: TradingSession, day: date) -> int:
    result = session.trade(day)
    show_result(result, session.folder(day))
    if result.ending is Ending.COMPLETED:
        return 0
    say("error: the run failed; what failed, why, and its log are shown above")
    return 1


def _draw(work: WorkFolder, results: Sequence[DayResult]) -> Path:
    first, last = results[0].day, results[-1].day
    path = days_folder(work) / f"equity-{first}-{last}.png"
    draw_equity(
        [
            EquityPoint(day=result.day, equity=result.equity, index_close=result.index_close)
            for result in results
        ],
        path,
    )
    return path


def _session(work: WorkFolder) -> TradingSession:
    server = running_server(work)
    if server is None:
        raise LocalProblem(
            "The local stack was expected to run, and MiniStack does not.",
            "Run `make local` first: it brings the stack up and trades a day.",
        )
    outputs = stack_outputs(Cli.of(work, touches_cloud=False), DEFAULT_STACK)
    return TradingSession.of(work, server.url, DEFAULT_STACK, outputs)
