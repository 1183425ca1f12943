"""Trades days: the one that ends `make local`, `make day` and `make days`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from blueprint.outputs import StackOutputs
from cli.engine.arguments import DEFAULT_STACK
from cli.engine.cli import Cli
from cli.outputs import stack_outputs
from local.day.calendar import index_before
from local.day.equity import draw_equity
from local.day.following import Ending
from local.day.journal import days_folder
from local.day.result import DayResult, read_result
from local.day.session import TradingSession, day_to_trade
from local.day.showing import show_result
from local.day.span import Span, span_of, write_csv
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
        return _trade(session, None)
    print(f"{last.day} was traded last; `make day` trades {day_to_trade(session.journal)}")
    return 0


def trade_day(work: WorkFolder, day: date | None) -> int:
    """Trade one day: the one asked for, else the one after the last."""
    return _trade(_session(work), day)


def trade_days(work: WorkFolder, days: Sequence[date]) -> int:
    """Trade days one after another; tell return, drawdown and trades, beside the index."""
    session = _session(work)
    began_with = _equity_before(session, days[0])
    results: list[DayResult] = []
    for number, day in enumerate(days, 1):
        result = session.trade(day, warm=number == 1)
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
    span = span_of(results, began_with or results[0].opened_with, index_before(days[0]))
    _tell(span, days_folder(work))
    completed = [result for result in results if result.ending is Ending.COMPLETED]
    return 0 if len(completed) == len(days) else 1


def _equity_before(session: TradingSession, day: date) -> Decimal | None:
    """Give the equity on which a day follows; None where it starts with new books."""
    journal = session.journal
    if journal.last is None or journal.why_afresh(day):
        return None
    last = read_result(session.folder(journal.last.day))
    return last.equity if last else None


def _tell(span: Span, folder: Path) -> None:
    last = span.days[-1]
    name = f"days-{span.days[0].day}-{last.day}"
    write_csv(span, folder / f"{name}.csv")
    lines = [
        f"return    {last.total_return:+.2%} (S&P 500 {last.index_return:+.2%})",
        f"drawdown  {span.deepest_drawdown:.2%} at the deepest end of a day",
        f"trades    {span.fills} fills on {len(span.days)} days",
        f"table     {folder / name}.csv",
    ]
    if len(span.days) > 1:
        draw_equity(span, folder / f"{name}.png")
        lines.append(f"picture   {folder / name}.png")
    print("\n".join(lines), flush=True)


def _trade(session: TradingSession, day: date | None) -> int:
    result = session.trade(day)
    show_result(result, session.folder(result.day))
    if result.ending is Ending.COMPLETED:
        return 0
    say("error: the run failed; what failed, why, and its log are shown above")
    return 1


def _session(work: WorkFolder) -> TradingSession:
    server = running_server(work)
    if server is None:
        raise LocalProblem(
            "The local stack was expected to run, and MiniStack does not.",
            "Run `make local` first: it brings the stack up and trades a day.",
        )
    outputs = stack_outputs(Cli.of(work, touches_cloud=False), DEFAULT_STACK)
    return TradingSession.of(work, server.url, DEFAULT_STACK, outputs)
