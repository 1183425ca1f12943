"""Tokens reach only the program that needs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from operations.child_environment import (
    BACKEND_TOKENS,
    BUILD_TOKENS,
    GITHUB_TOKENS,
    build_tokens,
    without_tokens,
)
from operations.engine import CommandLine
from tests.cli.programs import program

TOKENS = sorted(GITHUB_TOKENS | BUILD_TOKENS | BACKEND_TOKENS)
PRINT = "python3 -c 'import json, os; print(json.dumps(dict(os.environ)))'"


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give what the official CLI gets to see where every token is set."""
    path = program(tmp_path / "pulumi", PRINT)
    monkeypatch.setenv("PATH", str(path.parent), prepend=":")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    for name in TOKENS:
        monkeypatch.setenv(name, f"value of {name}")
    told: dict[str, str] = json.loads(
        CommandLine.of("dev", embedded=False, region="eu-west-1").read("version")
    )
    return told


def test_the_cli_gets_its_backends_token_and_the_builds_and_none_of_githubs(
    seen: dict[str, str],
) -> None:
    assert {name for name in TOKENS if name in seen} == BACKEND_TOKENS | BUILD_TOKENS


def test_the_stacks_region_is_what_counts(seen: dict[str, str]) -> None:
    assert {seen["AWS_REGION"], seen["AWS_DEFAULT_REGION"]} == {"eu-west-1"}


def test_uv_is_found_where_only_the_project_has_one(seen: dict[str, str]) -> None:
    assert seen["PATH"].partition(":")[0].endswith("/.venv/bin")


def test_what_is_no_token_stays() -> None:
    assert without_tokens({"HOME": "/h", "GH_TOKEN": "x"}) == {"HOME": "/h"}


def test_builds_get_their_token_back_where_they_are_run() -> None:
    assert build_tokens({"HOME": "/h", "GH_TOKEN": "x", "GITHUB_TOKEN": "y"}) == {"GH_TOKEN": "x"}
