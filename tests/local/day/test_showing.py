"""What a person reads at the end of a day, of a real one."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from local.day.page import write_page
from local.day.result import DayResult
from local.day.showing import show_result
from local.day.trades import trade_lines
from tests.local.day.test_pictures import run
from tests.terminal import shown_in_terminal

KEPT = Path(__file__).with_name("day_result.json")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def result() -> DayResult:
    return DayResult.model_validate_json(KEPT.read_text())


def test_each_symbol_is_one_line(result: DayResult) -> None:
    lines = trade_lines(result)

    assert [line.symbol for line in lines] == [line.symbol for line in result.plan]
    usmv = lines[0]
    assert usmv.cells == (
        "USMV",
        "BUY",
        "$23,141.45",
        "318.4676",
        "$72.67",
        "$23,143.04",
        "$0.00",
    )


def test_a_fill_that_no_plan_asked_for_is_shown(result: DayResult) -> None:
    without = result.model_copy(update={"plan": result.plan[1:]})

    last = trade_lines(without)[-1]

    assert (last.symbol, last.action, str(last.planned)) == ("USMV", "BUY", "0")


def test_each_fact_is_told_once(
    result: DayResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show_result(result, tmp_path)

    shown = capsys.readouterr().out
    symbols = Counter(re.findall(r"^ ?([A-Z]{2,5}) ", shown, re.MULTILINE))
    assert {symbols[line.symbol] for line in result.plan} == {1}
    assert "Realized profit and loss by strategy" not in shown, "the mail is on the page"
    assert len(shown.splitlines()) <= 64
    tables = shown.partition("the run ")[0]
    assert max(map(len, tables.splitlines())) <= 80, "piped as in a terminal of 80 columns"


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_tables_fit_the_terminal(columns: int, environment: dict[str, str]) -> None:
    program = (
        "from pathlib import Path; from local.day.result import DayResult;"
        "from local.day.showing import show_result;"
        f"text = Path({str(KEPT)!r}).read_text();"
        "show_result(DayResult.model_validate_json(text), Path('/d'))"
    )

    shown = ESCAPES.sub("", shown_in_terminal(program, columns, environment))

    assert max(map(len, shown.splitlines())) <= columns
    assert "USMV" in shown


class Reader(HTMLParser):
    """Collects the sections of a page, and tags that were not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self.sections.append(str(dict(attrs)["id"]))
        if tag not in ("meta", "rect", "line", "path", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_of_a_day_has_all_of_it_in_one_file(result: DayResult, tmp_path: Path) -> None:
    (tmp_path / "timeline.svg").write_text('<svg><text x="1">the picture</text></svg>')

    page = write_page(result, [run("strategy_v2", "r1", 0, 1, "<cause>")], tmp_path)

    text = page.read_text()
    reader = Reader()
    reader.feed(text)
    assert reader.sections == ["timeline", "weights", "trades", "equity", "mail", "logs"]
    assert reader.open == []
    for told in ("the picture", "calm-mix", "$23,143.04", "Capital deployed: 99.01 %", "<cause>"):
        assert told in reader.text
    assert not re.search(r'(src|href)="(?!#)', text), "a page that loads nothing from elsewhere"


def test_the_page_is_what_the_last_line_names(
    result: DayResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = write_page(result, [], tmp_path)

    show_result(result, tmp_path)

    assert capsys.readouterr().out.splitlines()[-1] == f"  page    {page}"
