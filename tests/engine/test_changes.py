"""What a change of the checkout changes in the stack, and nothing else."""

from __future__ import annotations

import json

import pytest

from catalogue.system import SYSTEM
from tests.engine.checkout import Checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

FUNCTIONS = [spec.name for spec in SYSTEM.functions]


def built_layers(checkout: Checkout) -> list[str]:
    folder = checkout.home / "build/layers"
    return [path.name for path in folder.rglob("*.zip")]


RELEASED = {"release-proof": "update", "release-record": "update"}
"""What any change of a function brings with it: it is proven, and written down."""


def changed_with(function: str) -> dict[str, str]:
    return {f"{function}-function": "update", f"{function}-alias": "update", **RELEASED}


def test_a_second_run_changes_nothing_and_says_so_whatever_was_rehearsed(stack: Checkout) -> None:
    stack.pulumi("preview", "--stack", "dev").succeeded()

    assert "nothing changed" in stack.run("local").succeeded().output


def test_a_clean_clone_at_another_path_sees_no_change_and_builds_nothing(clone: Checkout) -> None:
    clone.pulumi("preview", "--stack", "local", "--expect-no-changes").succeeded()

    assert built_layers(clone) == []


def test_a_refresh_finds_everything_as_it_was_left(stack: Checkout) -> None:
    stack.pulumi("refresh", "--stack", "local", "--yes", "--skip-preview").succeeded()

    again = ("up", "--stack", "local", "--yes", "--skip-preview", "--expect-no-changes")
    stack.pulumi(*again).succeeded()


def test_a_line_of_one_function_changes_that_function_alone(clone: Checkout) -> None:
    handler = "functions/portfolio_v2/the_alchemiser/portfolio_v2/lambda_handler.py"
    clone.edit(handler, lambda text: f"{text}\nCHANGED = True\n")

    assert clone.planned() == changed_with("portfolio_v2")


def test_a_line_of_the_shared_code_replaces_one_layer_and_ten_functions_follow(
    clone: Checkout,
) -> None:
    clone.edit("the_alchemiser/shared/clock.py", lambda text: f"{text}\nCHANGED = True\n")

    planned = clone.planned()

    layer = {name: what for name, what in planned.items() if name.startswith("shared_code-")}
    functions = {name: what for name, what in planned.items() if name not in layer}
    assert {"shared_code-build", "shared_code-version"} == set(layer)
    expected = [changed_with(function) for function in FUNCTIONS]
    assert functions == {name: what for entry in expected for name, what in entry.items()}


def test_a_pin_of_the_strategy_layer_changes_that_layer_and_its_function(clone: Checkout) -> None:
    added = f"colorama==0.4.6 --hash=sha256:{'0' * 64}"
    clone.edit("layers/strategy/requirements.txt", lambda text: f"{text}\n{added}\n")

    planned = clone.planned()

    layer = {name for name in planned if name.startswith("strategy-")}
    assert {"strategy-build", "strategy-version"} == layer
    rest = {name: what for name, what in planned.items() if name not in layer}
    assert rest == changed_with("strategy_v2")


def test_a_setting_changed_on_a_clean_clone_is_applied_without_building_a_layer(
    clone: Checkout, stack: Checkout
) -> None:
    clone.edit(
        "Pulumi.local.yaml", lambda text: text.replace("log_level: DEBUG", "log_level: INFO")
    )

    clone.pulumi("up", "--stack", "local", "--yes", "--skip-preview").succeeded()

    assert built_layers(clone) == []
    function = (
        stack.account()
        .client("lambda")
        .get_function_configuration(FunctionName="alchemiser-local-portfolio")
    )
    assert function["Environment"]["Variables"]["LOG_LEVEL"] == "INFO"
    stack.run("local").succeeded()


def test_outputs_are_json_and_nothing_else(stack: Checkout) -> None:
    outputs = json.loads(stack.run("outputs").succeeded().output)

    assert sorted(outputs["functions"]) == sorted(FUNCTIONS)
    assert len(outputs["layers"]) == 7
    assert all(facts["alias_arn"] for facts in outputs["functions"].values())
