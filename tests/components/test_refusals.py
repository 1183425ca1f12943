from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pulumi
import pytest

from components.refusal import as_run_error, require_none
from packager.errors import SourceError
from tests.recorded_program import run, stack_config


def test_an_expected_error_ends_the_program_with_its_message_alone() -> None:
    with pytest.raises(pulumi.RunError, match=r"^do this$"), as_run_error(ValueError):
        raise ValueError("do this")


def test_an_unexpected_error_keeps_its_traceback() -> None:
    with pytest.raises(KeyError), as_run_error(ValueError):
        raise KeyError("bug")


def test_problems_are_listed_below_their_title() -> None:
    with pytest.raises(pulumi.RunError, match="Title:\n  one\n  two"):
        require_none("Title:", ["one", "two"])


def test_no_problem_is_no_error() -> None:
    require_none("Title:", [])


def refused(**changes: Any) -> str:
    """Run the program as it is refused, and see that it asked the engine for nothing."""
    asked: list[str] = []
    with (
        patch(
            "tests.recorded_program.RecordingMocks.new_resource",
            lambda _, args: asked.append(args.name),
        ),
        pytest.raises(pulumi.RunError) as caught,
    ):
        run("dev", stack_config("dev", **changes.pop("config", {})), **changes)
    assert asked == []
    return str(caught.value)


def test_bad_settings_touch_nothing() -> None:
    message = refused(config={"protect": "maybe", "regoin": "x"})

    assert "2 problems" in message


def test_a_function_that_cannot_be_packaged_touches_nothing() -> None:
    def fail(root: Path, spec: Any, target: Any, output: Path) -> Any:
        raise SourceError(f"function {spec.name}: expected a file, found none")

    assert "expected a file" in refused(build=fail)


def test_a_strategy_that_cannot_trade_touches_nothing() -> None:
    missing = "config/strategy.dev.json: `files[0]` names strategies/x.clj, which is missing"
    with patch(
        "the_alchemiser.shared.strategy_allocations.check_allocations", lambda root: [missing]
    ):
        message = refused()

    assert message == f"The strategy allocations cannot trade:\n  {missing}"


def test_a_strategy_that_the_language_does_not_take_touches_nothing() -> None:
    text = '(defsymphony "A" {}\n (weight-market-cap [(asset "KO")]))'
    with patch("operations.strategies.load_strategy", lambda root, file: text):
        message = refused()

    first, second = message.split("\n")[:2]
    assert first == "The strategies cannot be evaluated:"
    assert second.startswith("  strategies/calm-mix.clj:2:3: expected an operator that needs no ")


@pytest.mark.parametrize(("environ", "is_told"), [(None, True), ({}, False)])
def test_what_is_known_of_a_strategys_data_is_warned_of(
    environ: dict[str, str] | None, is_told: bool
) -> None:
    def stop(*_: object) -> None:
        raise SourceError("here")

    text = '(if (> (stdev-return "KO" {:window 10}) 1.5)\n (asset "KO") (asset "GONE"))'
    told: list[str] = []
    with (
        patch("operations.strategies.load_strategy", lambda root, file: text),
        patch("pulumi.log.warn", lambda message, *_, **__: told.append(message)),
        patch("packager.packaging.require_deployable", stop),
    ):
        assert refused(environ=environ) == "here"

    assert any("calm-mix.clj:1:5: (> (stdev-return" in line for line in told)
    assert any("calm-mix.clj:2:22: expected bars of GONE" in line for line in told) is is_told


def test_a_catalogue_that_is_not_whole_touches_nothing() -> None:
    with patch("blueprint.validation.problems", lambda system: ("rule 'x': nobody publishes y",)):
        message = refused()

    assert "rule 'x': nobody publishes y" in message
