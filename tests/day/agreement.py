"""What has to agree after every day: broker, ledger and report, to the cent."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal

from local.day.day_results import ledger_trades
from local.day.result import DayResult, PositionLine
from tests.day.floor import Floor
from the_alchemiser.shared.lots import Side

CENT = Decimal("0.01")
SMALLEST_TRADE = Decimal(5)
WEIGHT_STEP = Decimal("0.000001")
MOST_ABOVE_MIDDLE = Decimal("0.0005")
"""Half the market's spread and a tick of its cheapest share, of the price."""
NOTHING = Decimal(0)


def assert_books_agree(floor: Floor) -> None:
    """Find every execution of the broker in the ledger, share for share, and nothing else."""
    books = floor.books
    booked: dict[str, Decimal] = defaultdict(Decimal)
    for trade in ledger_trades(floor.stack):
        booked[trade.order_id] += trade.quantity
    filled: dict[str, Decimal] = defaultdict(Decimal)
    for fill in books["fills"]:
        filled[fill["order_id"]] += Decimal(fill["quantity"])
    assert dict(booked) == dict(filled)
    spent = sum((_signed(fill) for fill in books["fills"]), NOTHING)
    assert Decimal(books["cash"]) == Decimal(books["opened_with"]) - spent
    assert len({fill["client_order_id"] for fill in books["fills"]}) == len(filled)


def assert_profits_agree(result: DayResult) -> None:
    """Compare the sum of the strategies' profits with what the account has gained."""
    total = sum((profit.realized + profit.unrealized for profit in result.profits), NOTHING)
    assert abs(total - (result.equity - result.opened_with)) <= CENT


def assert_report_agrees(floor: Floor, result: DayResult) -> None:
    """Compare the report with the broker's money and with the ledger's profits."""
    with (floor.session.folder(result.day) / "report.csv").open() as file:
        rows = list(csv.DictReader(file))
    for side, column in ((Side.BUY, "total_buy_value"), (Side.SELL, "total_sell_value")):
        traded = sum(
            (
                Decimal(fill["quantity"]) * Decimal(fill["price"])
                for fill in floor.books["fills"]
                if fill["side"].upper() == side
            ),
            NOTHING,
        )
        reported = sum((Decimal(row[column]) for row in rows), NOTHING)
        assert abs(reported - traded) <= CENT / 2
    realized = {row["strategy_name"]: Decimal(row["realized_pnl"]) for row in rows}
    assert realized == {profit.strategy: profit.realized for profit in result.profits}


def assert_on_target(result: DayResult) -> None:
    """Every position is its target, within a cent, the spread and what is too small to trade.

    Trades are cut to whole cents, then to millionths of a share: each leaves less than one. A
    purchase spends its dollars at a limit above the middle by which its target is counted.
    """
    assert result.positions
    for line in result.positions:
        assert is_on_target(line, result), line


def is_on_target(line: PositionLine, result: DayResult) -> bool:
    """Tell whether a holding is where its trade was to bring it."""
    traded = {each.symbol: each for each in result.plan if each.action != "HOLD"}
    if line.symbol not in traded:
        return abs(line.difference) <= SMALLEST_TRADE
    trade = traded[line.symbol]
    step = WEIGHT_STEP * line.value / line.quantity if line.quantity else NOTHING
    paid_above = abs(trade.amount) * MOST_ABOVE_MIDDLE if trade.action == "BUY" else NOTHING
    return -paid_above - CENT - step <= line.difference <= CENT + step


def _signed(fill: dict[str, str]) -> Decimal:
    value = Decimal(fill["quantity"]) * Decimal(fill["price"])
    return value if fill["side"] == "buy" else -value
