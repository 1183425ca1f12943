from __future__ import annotations

import pytest

from cli.screen import show
from tests.terminal import shown_in_terminal

ROW = f"{'release':<10} 3 is live since {'a word ' * 20}".strip()


def test_on_a_terminal_a_row_goes_on_below_its_second_column() -> None:
    shown = shown_in_terminal(f"from cli.screen import show; show({ROW!r}, 11)", 80, {})

    first, *others = shown.splitlines()
    assert len(others) == 2
    assert max(map(len, [first, *others])) <= 80
    assert all(
        line.startswith(f"{'':11}a word") or line.startswith(f"{'':11}word") for line in others
    )
    assert " ".join(shown.split()) == " ".join(ROW.split())


def test_in_a_pipe_a_row_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROW, 11)

    assert capsys.readouterr().out == f"{ROW}\n"
