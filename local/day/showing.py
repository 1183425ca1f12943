"""Shows what came of a trading day, as tables and plain text on stdout."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.console import wide_console
from local.day.result import DayResult, Trouble
from local.day.wording import dollars, percent
from the_alchemiser.shared.lots import Side


def show_result(result: DayResult, folder: Path, console: Console | None = None) -> None:
    """Print a day's result."""
    console = console or wide_console()
    if result.signals:
        console.print(_signals(result))
    if result.plan:
        console.print(_plan(result))
    if result.fills:
        console.print(_fills(result))
    if result.positions:
        console.print(_positions(result))
    if result.profits:
        console.print(_profits(result))
    for mail in result.mails:
        console.print(f"\n[bold]mail[/bold] {escape(mail.subject)}")
        body = "\n".join(f"  | {line}" for line in mail.body.splitlines())
        console.print(body, markup=False, soft_wrap=True, highlight=False)
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
        f"  cash      {dollars(result.cash)}",
        f"  equity    {dollars(result.equity)} ({dollars(profit)} since the books were opened)",
    ]
    if result.report:
        lines.append(f"  report    {result.report}, copied to {folder / 'report.csv'}")
    if (folder / "timeline.svg").exists():
        lines.append(f"  timeline  {folder / 'timeline.svg'}")
    return "\n".join([*lines, f"  all of it {folder}"])


def _table(title: str, *columns: str, numbers: Sequence[str] = ()) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left")
    return table


def _shares(quantity: Decimal) -> str:
    return f"{quantity:.6f}"


def _signals(result: DayResult) -> Table:
    table = _table("signals", "strategy", "share", "wants", numbers=("share",))
    for signal in result.signals:
        ranked = sorted(signal.targets.items(), key=lambda pair: (-pair[1], pair[0]))
        wants = ", ".join(f"{symbol} {percent(share)}" for symbol, share in ranked)
        table.add_row(signal.strategy, percent(signal.share), wants)
    return table


def _plan(result: DayResult) -> Table:
    numbers = ("amount", "held", "target")
    table = _table("plan", "symbol", "action", *numbers, numbers=numbers)
    for line in result.plan:
        values = (line.amount, line.current_value, line.target_value)
        table.add_row(line.symbol, line.action, *map(dollars, values))
    return table


def _fills(result: DayResult) -> Table:
    numbers = ("shares", "price", "value")
    table = _table("fills", "symbol", "side", *numbers, numbers=numbers)
    for fill in result.fills:
        table.add_row(
            fill.symbol,
            fill.side.upper(),
            _shares(fill.quantity),
            dollars(fill.price),
            dollars(fill.value),
        )
    for side in Side:
        total = sum((fill.value for fill in result.fills if fill.side.upper() == side), Decimal(0))
        if total:
            table.add_row("all", side.value, "", "", dollars(total))
    return table


def _positions(result: DayResult) -> Table:
    numbers = ("shares", "value", "target", "difference")
    table = _table("positions at the plan's prices", "symbol", *numbers, numbers=numbers)
    for line in result.positions:
        values = (line.value, line.target_value, line.difference)
        table.add_row(line.symbol, _shares(line.quantity), *map(dollars, values))
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
