"""A wrong entry fails the one test that names it, however much is built on the catalogue."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.working_tree import copy_working_tree

pytestmark = pytest.mark.integration

UNIT = "not integration and not artifacts and not engine and not day and not soak"
STANDING_ON_IT = (
    *("architecture", "blueprint", "catalogue", "components", "packager/image"),
    *("policies/test_pack.py", "policies/test_rules.py"),
    *("cli/test_command_line.py", "functions/metrics_v2"),
)
"""Some of each kind of test that would fail too."""

WRONG = {
    "a queue without a limit": (
        "catalogue/functions.py",
        ", maximum_concurrency=8",
        "",
        "execution_v2",
        "maximum_concurrency",
    ),
    "a variable that is missing": (
        "catalogue/functions.py",
        '            "FETCH_REQUESTS_TABLE": at.FETCH_REQUESTS,\n',
        "",
        "data_v2",
        "FETCH_REQUESTS_TABLE",
    ),
    "a layer that is not there": (
        "catalogue/functions.py",
        'layers=("data_quality_monitor", "shared_code"),',
        'layers=("data_quality_monitr", "shared_code"),',
        "data_quality_monitor",
        "data_quality_monitr",
    ),
    "a handler that is not there": (
        "catalogue/functions.py",
        'physical_name="shared-data",',
        'physical_name="shared-data", handler="the_alchemiser.data_v2.handler.lambda_handler",',
        "data_v2",
        "the_alchemiser.data_v2.handler.lambda_handler",
    ),
    "a table that is not there": (
        "catalogue/storage.py",
        'name="market-data-fetch-requests"',
        'name="market-data-fetch-request"',
        "data_v2",
        "market-data-fetch-requests",
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy what tests read, without what is built."""
    copy_working_tree(tmp_path)
    for command in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_entry_fails_the_test_that_names_it(wrong: str, copy: Path) -> None:
    file, before, after, entry, what = WRONG[wrong]
    text = (copy / file).read_text(encoding="utf-8")
    assert text.count(before) == 1
    (copy / file).write_text(text.replace(before, after), encoding="utf-8")

    pytest_command = (sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider")
    done = subprocess.run(
        [*pytest_command, "-m", UNIT, *(f"tests/{name}" for name in STANDING_ON_IT)],
        cwd=copy,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTEST")},
        capture_output=True,
        text=True,
        check=False,
    )

    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    assert failed == [f"tests/catalogue/test_whole.py::test_an_entry_is_whole[{entry}]"]
    assert what in done.stdout
    assert f"the catalogue is not whole: {entry}; see tests/catalogue/test_whole.py" in done.stdout
