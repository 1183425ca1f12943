"""Return, drawdown and trades of days in a row."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from local.day.equity import draw_equity
from local.day.following import Ending
from local.day.result import DayResult, FillLine
from local.day.span import Span, span_of, write_csv

FILL = FillLine(
    order_id="o", symbol="SPY", side="buy", quantity=Decimal(1), price=Decimal("416.20")
)


def day(number: int, equity: str, index: str, fills: int = 0) -> DayResult:
    return DayResult(
        day=date(2022, 3, number),
        ending=Ending.COMPLETED,
        correlation_id="workflow-1",
        seconds=1,
        cash=Decimal(0),
        equity=Decimal(equity),
        opened_with=Decimal(100_000),
        index_close=Decimal(index),
        fills=(FILL,) * fills,
    )


@pytest.fixture
def span() -> Span:
    results = [
        day(1, "110000", "4040", fills=3),
        day(2, "99000", "4080", fills=2),
        day(3, "104500", "3960"),
    ]
    return span_of(results, began_with=Decimal(100_000), index_before=Decimal(4000))


def test_returns_count_from_the_close_before_the_first_day(span: Span) -> None:
    assert [day.total_return for day in span.days] == [
        Decimal("0.1"),
        Decimal("-0.01"),
        Decimal("0.045"),
    ]
    assert [day.index_return for day in span.days] == [
        Decimal("0.01"),
        Decimal("0.02"),
        Decimal("-0.01"),
    ]


def test_a_drawdown_counts_from_the_highest_end_so_far(span: Span) -> None:
    assert [day.drawdown for day in span.days] == [0, Decimal("-0.1"), Decimal("-0.05")]
    assert span.deepest_drawdown == Decimal("-0.1")


def test_a_loss_on_the_first_day_is_a_drawdown_too() -> None:
    (only,) = span_of([day(1, "98000", "1")], Decimal(100_000), Decimal(1)).days

    assert only.drawdown == Decimal("-0.02")


def test_fills_are_counted(span: Span) -> None:
    assert span.fills == 5


def test_the_table_has_a_row_for_each_day(span: Span, tmp_path: Path) -> None:
    file = tmp_path / "days/table.csv"

    write_csv(span, file)

    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 3
    assert rows[1] == {
        "day": "2022-03-02",
        "ending": "completed",
        "equity": "99000.00",
        "return": "-0.010000",
        "drawdown": "-0.100000",
        "index_close": "4080",
        "index_return": "0.020000",
        "fills": "2",
    }


def test_the_picture_is_a_png(span: Span, tmp_path: Path) -> None:
    draw_equity(span, tmp_path / "pictures" / "equity.png")

    assert (tmp_path / "pictures" / "equity.png").read_bytes().startswith(b"\x89PNG")


def test_one_day_is_no_curve(tmp_path: Path) -> None:
    single = span_of([day(1, "98000", "1")], Decimal(100_000), Decimal(1))

    with pytest.raises(ValueError, match="two days"):
        draw_equity(single, tmp_path / "equity.png")
