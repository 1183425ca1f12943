"""What an author of strategies is shown."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from cli.strategies import show_strategies
from local.problems import LocalProblem
from local.workfolder import WorkFolder
from operations.strategies import CLOSES, INDEX

ROOT = Path(__file__).parents[2]


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    for folder in ("strategies", "config", "functions/strategy_v2"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / CLOSES).parent.mkdir(parents=True)
    (tmp_path / CLOSES).symlink_to(ROOT / CLOSES)
    return WorkFolder(root=tmp_path, home=tmp_path / "home")


def test_a_strategy_s_weights_and_reasons_are_shown(
    work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_strategies(work, "market-trend.clj", "2022-03-15") == 0
    shown = capsys.readouterr().out.split("\n", 2)
    assert shown[1] == f"market-trend.clj on {date(2022, 3, 15)}"
    assert "is False: 120.937, 133.407\n  USMV    100.00%" in shown[2]


def test_all_strategies_are_shown_without_a_name(
    work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_strategies(work) == 0
    shown = capsys.readouterr().out
    files = [path.relative_to(ROOT / "strategies") for path in ROOT.glob("strategies/**/*.clj")]
    assert files
    assert all(f"{file} on 2022-12-29" in shown for file in files)
    assert " ranks MTUM 8.30627, VLUE 7.27511" in shown


def test_a_broken_file_is_named_with_its_line_and_the_others_are_shown(
    work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = work.root / "strategies/calm-mix.clj"
    broken.write_text('(defsymphony "Broken" {:rebalance-frequency :daily}\n  (rsi "SPY"))\n')
    assert show_strategies(work) == 1
    shown = capsys.readouterr()
    assert "calm-mix.clj:2" in shown.err
    assert "market-trend.clj on" in shown.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nosuch.clj", ""], "FILE='nosuch.clj' is no strategy"),
        (["market-trend.clj", "2022-03-19"], "market was closed"),
        (["", "1999-01-01"], "out of range"),
    ],
)
def test_what_cannot_be_shown_is_told(work: WorkFolder, arguments: list[str], told: str) -> None:
    with pytest.raises(LocalProblem, match=told):
        show_strategies(work, *arguments)


def test_what_a_strategy_holds_over_is_shown_with_its_reason(
    work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    held = work.root / "strategies/calm-mix.clj"
    body = '(weight-specified 0.5 (asset "KO") 0.5 (asset "AMD"))'
    for options, day, told in [
        ("{:rebalance-threshold 0.1}", "2022-03-15", "held: within 10 %, since "),
        ("{:rebalance-frequency :monthly}", "2022-03-15", "rebalanced monthly, since 2022-03-01"),
        ("{:rebalance-frequency :quarterly}", "2022-03-15", "quarterly, since 2022-01-03"),
    ]:
        held.write_text(f'(defsymphony "Held" {options} {body})')
        assert show_strategies(work, "calm-mix.clj", day) == 0
        shown = capsys.readouterr().out
        assert told in shown
        assert " 50.00%" not in shown
    assert show_strategies(work, "calm-mix.clj", "2022-01-03") == 0
    assert " 50.00%" in capsys.readouterr().out


@pytest.mark.parametrize("ticker", ["NONE", INDEX])
def test_a_ticker_without_data_is_named_and_fails(
    work: WorkFolder, capsys: pytest.CaptureFixture[str], ticker: str
) -> None:
    (work.root / "strategies/calm-mix.clj").write_text(
        f'(defsymphony "A" {{}}\n (if (> (rsi "KO") 0) (asset "KO") (asset "{ticker}")))'
    )
    assert show_strategies(work, "calm-mix.clj") == 1
    shown = capsys.readouterr()
    assert f"calm-mix.clj:2:43: expected bars of {ticker}, found no bars are stored" in shown.err
    assert "KO      100.00%" in shown.out


def test_a_comparison_that_hardly_decides_is_warned_of(
    work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    (work.root / "strategies/calm-mix.clj").write_text(
        '(if (> (stdev-return "KO" {:window 10}) 1.5)\n (asset "KO") (asset "PEP"))'
    )
    assert show_strategies(work, "calm-mix.clj") == 0
    shown = capsys.readouterr().err
    assert 'warning: strategies/calm-mix.clj:1:5: (> (stdev-return "KO"' in shown
    assert "percent a year" in shown
