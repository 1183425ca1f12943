"""What a person reads at the end of the first `make local`."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from blueprint.outputs import StackOutputs
from catalogue.system import SYSTEM
from cli.tables import print_tables, size
from tests.deployed_outputs import outputs_document
from tests.terminal import ROOT, STYLING, shown_in_terminal

COLOURS = re.compile(r"\x1b\[[349][0-7]m")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def deployed() -> dict[str, Any]:
    document = outputs_document(
        {spec.name: "AAEC" for spec in SYSTEM.functions},
        {spec.name: "0123456789abcdef" for spec in SYSTEM.layers},
    )
    for facts in document["functions"].values():
        facts |= {
            "version": "123",
            "zipped_bytes": 110_100,
            "unzipped_bytes": 225_000,
            "total_unzipped_bytes": 131_072_000,
        }
    for facts in document["layers"].values():
        facts |= {"version": "12", "zipped_bytes": 17_000_000, "unzipped_bytes": 154_500_000}
    return document


def test_each_function_and_layer_is_a_whole_row() -> None:
    written = io.StringIO()

    print_tables(StackOutputs.read(deployed(), "local"), Console(file=written, width=80))

    rows = [line.split() for line in written.getvalue().splitlines()]
    assert ["strategy_v2", "123", "110.1", "kB", "225.0", "kB", "131.1", "MB", "50.0%"] in rows
    assert ["data_quality_monitor", "12", "0123456789ab", "17.0", "MB", "154.5", "MB"] in rows


@pytest.fixture
def program(tmp_path: Path) -> str:
    document = tmp_path / "outputs.json"
    document.write_text(json.dumps(deployed()))
    return (
        "from pathlib import Path; from blueprint.outputs import StackOutputs;"
        "from cli.tables import print_tables;"
        f"print_tables(StackOutputs.parse(Path({str(document)!r}).read_text(), 'local'))"
    )


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_the_tables_fit_the_terminal_with_every_name_whole(
    program: str, columns: int, environment: dict[str, str]
) -> None:
    shown = shown_in_terminal(program, columns, environment)

    lines = ESCAPES.sub("", shown).splitlines()
    assert max(map(len, lines)) <= columns
    for name in (*(it.name for it in SYSTEM.functions), *(it.name for it in SYSTEM.layers)):
        assert any(line.split()[:1] == [name] for line in lines), shown
    assert len(lines) <= len(SYSTEM.functions) + len(SYSTEM.layers) + 10
    assert not (environment and COLOURS.search(shown))


def test_the_piped_tables_are_plain_text(program: str) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in STYLING}
    shown = subprocess.check_output(
        [sys.executable, "-c", program], cwd=ROOT, text=True, env=environment
    )

    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert all(spec.name in shown for spec in SYSTEM.functions)


def test_sizes_are_in_the_units_that_people_compare() -> None:
    assert [size(count) for count in (7, 1_500, 2_500_000)] == ["7 B", "1.5 kB", "2.5 MB"]
