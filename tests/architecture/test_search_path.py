"""Modules are found where the interpreter was told to look; nothing moves that while it runs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EDITS = re.compile(r"\bsys\.path\b|\bsite\.addsitedir\b|setattr\(sys, .path.")
STANDS_IN_FOR_LAMBDA = "packager/check/isolation.py"
"""Its child does to its own path what Lambda's bootstrap does, and says there why."""


def listed() -> list[str]:
    names = subprocess.run(
        ["git", "ls-files", "*.py", "local/run", "local/pulumi"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert len(names) > 500
    return names


def test_nothing_edits_the_search_path() -> None:
    editing = [
        name
        for name in listed()
        if (ROOT / name) != Path(__file__) and EDITS.search((ROOT / name).read_text())
    ]
    assert editing == [STANDS_IN_FOR_LAMBDA]


@pytest.mark.parametrize(
    "line", ["sys.path.insert(0, 'x')", "sys.path += ['x']", 'm.setattr(sys, "path", [])']
)
def test_an_edit_would_be_noticed(line: str) -> None:
    assert EDITS.search(line)


@pytest.mark.integration
def test_the_command_line_starts_in_any_folder_whatever_is_on_its_path(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise SystemExit('the wrong one')")
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli/__init__.py").write_text("raise SystemExit('the wrong one')")
    done = subprocess.run(
        [ROOT / "local/run", "routes", "--help"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: local/run routes")
