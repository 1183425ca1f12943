from __future__ import annotations

from pathlib import Path

import pytest

from operations.wording import readable, reasons

ROOT = Path("/home/runner/work/alchemiser")


def test_colours_and_places_of_the_machine_are_left_out() -> None:
    said = f'\x1b[31merror: \x1b[0m  File "{ROOT}/__main__.py", line 3\n'

    assert readable(said.replace("error: \x1b[0m", "\x1b[0merror:"), ROOT) == (
        'File "__main__.py", line 3'
    )


def test_every_line_of_a_problem_stays() -> None:
    said = "error: Stack 'dev' has 2 problems:\n  Pulumi.dev.yaml: region: no\n  and: no\nRerun.\n"

    assert readable(said, ROOT) == said.removeprefix("error: ").strip()


def test_secrets_of_the_environment_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_TOKEN", "planted-token")

    assert readable("denied: planted-token", ROOT) == "denied: ***"


def test_the_echo_of_a_told_error_is_left_out_and_told_where_it_is_all_there_is() -> None:
    echo = "error: an unhandled error occurred: program exited with non-zero exit code: 1\n"

    assert reasons(["error: region: no", echo, "error: region: no"], ROOT) == ("region: no",)
    assert reasons([echo], ROOT) == (echo.removeprefix("error: ").strip(),)


def test_that_a_rehearsal_is_one_is_no_reason() -> None:
    said = "REHEARSAL: stack dev runs against MiniStack; nothing reaches AWS.\nerror: no stack\n"

    assert reasons([said], ROOT) == ("no stack",)
