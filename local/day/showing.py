"""Shows what came of a trading day, as tables and plain text on stdout."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.console import result_console
from local.day.page import PAGE
from local.day.result import DayResult, Trouble
from local.day.trades import TradeLine, trade_lines
from local.day.wording import dollars, percent


def show_result(result: DayResult, folder: Path, console: Console | None = None) -> None:
    """Print a day's result, each fact once; the day's page has the mail, the logs and the rest."""
    console = console or result_console()
    if result.signals:
        console.print(_signals(result))
    if lines := trade_lines(result):
        console.print(_trades(lines))
    if result.profits:
        console.print(_profits(result))
    for trouble in result.troubles:
        _show_trouble(console, trouble)
    console.print(_summary(result, folder), markup=False, soft_wrap=True, highlight=False)


def _show_trouble(console: Console, trouble: Trouble) -> None:
    console.print(f"\n[bold red]{escape(trouble.function)} failed[/bold red]")
    console.print(f"  {trouble.reason}", markup=False, soft_wrap=True, highlight=False)
    for line in trouble.log:
        console.print(f"  | {line}", markup=False, soft_wrap=True, highlight=False)


def _summary(result: DayResult, folder: Path) -> str:
    profit = result.equity - result.opened_with
    took = f" in {result.seconds:.0f} s" if result.seconds else ""
    lines = [
        "",
        f"{result.day}: the run {result.ending.value}{took}",
        f"  cash    {dollars(result.cash)}",
        f"  equity  {dollars(result.equity)} ({dollars(profit)} since the books were opened)",
        *(f"  mail    {mail.subject}" for mail in result.mails),
    ]
    page = folder / PAGE
    return "\n".join([*lines, f"  page    {page if page.exists() else folder}"])


def _table(title: str, *columns: str, numbers: Sequence[str] = ()) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        is_number = column in numbers
        table.add_column(column, justify="right" if is_number else "left", no_wrap=is_number)
    return table


def _signals(result: DayResult) -> Table:
    table = _table("signals", "strategy", "allocation", "wants", numbers=("allocation",))
    for signal in result.signals:
        ranked = sorted(signal.target_weights.items(), key=lambda pair: (-pair[1], pair[0]))
        wants = ", ".join(f"{symbol} {percent(weight)}" for symbol, weight in ranked)
        table.add_row(signal.strategy, percent(signal.allocation), wants)
    return table


def _trades(lines: Sequence[TradeLine]) -> Table:
    numbers = ("planned", "shares", "price", "filled", "off target")
    table = _table("trades", "symbol", "action", *numbers, numbers=numbers)
    for line in lines:
        table.add_row(*line.cells)
    for action in dict.fromkeys(line.action for line in lines):
        total = sum((line.filled for line in lines if line.action == action), Decimal(0))
        if total:
            table.add_row("all", action, "", "", "", dollars(total), "")
    return table


def _profits(result: DayResult) -> Table:
    numbers = ("realized", "unrealized", "profit and loss")
    table = _table("profit and loss by strategy", "strategy", *numbers, numbers=numbers)
    for profit in result.profits:
        both = profit.realized + profit.unrealized
        values = (profit.realized, profit.unrealized, both)
        table.add_row(profit.strategy, *map(dollars, values))
    realized = sum((profit.realized for profit in result.profits), Decimal(0))
    unrealized = sum((profit.unrealized for profit in result.profits), Decimal(0))
    table.add_row("all", *map(dollars, (realized, unrealized, realized + unrealized)))
    return table
