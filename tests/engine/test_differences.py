"""dev and prod on this machine: announced as rehearsals, and as different as their files say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalogue.system import SYSTEM
from tests.engine.checkout import Checkout
from tests.stack_files import FILLED, as_cloned, filled
from tests.working_tree import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def plans(dev: Checkout) -> dict[str, dict[str, Any]]:
    """Plan both stacks: the inputs of every resource by its type and name."""
    return {name: planned_inputs(dev, name) for name in ("dev", "prod")}


def planned_inputs(stack: Checkout, name: str) -> dict[str, Any]:
    answer = stack.pulumi("preview", "--stack", name, "--json", "--show-sames").succeeded()
    assert f"REHEARSAL: stack {name} runs against MiniStack" in answer.messages
    states = [step["newState"] for step in json.loads(answer.output)["steps"]]
    return {
        f"{state['type']} {state['urn'].rpartition('::')[2]}": state.get("inputs", {})
        for state in states
    }


def of_type(plan: dict[str, Any], token: str) -> list[dict[str, Any]]:
    return [inputs for key, inputs in plan.items() if key.startswith(f"{token} ")]


def test_logs_are_kept_as_long_as_each_stack_says(plans: dict[str, Any]) -> None:
    days = {
        name: {group["retentionInDays"] for group in of_type(plan, LOG_GROUP)}
        for name, plan in plans.items()
    }

    assert days == {"dev": {30}, "prod": {365}}


def test_orders_go_to_paper_in_dev_and_live_in_prod(plans: dict[str, Any]) -> None:
    endpoints = {
        name: plan[f"{FUNCTION} execution_v2-function"]["environment"]["variables"][
            "ALPACA__ENDPOINT"
        ]
        for name, plan in plans.items()
    }

    assert endpoints == {
        "dev": "https://paper-api.alpaca.markets",
        "prod": "https://api.alpaca.markets",
    }


def test_the_days_run_has_a_window_in_dev_and_is_exact_in_prod(plans: dict[str, Any]) -> None:
    modes = {
        name: plan[f"{SCHEDULE} trade-run-schedule"]["flexibleTimeWindow"]["mode"]
        for name, plan in plans.items()
    }

    assert modes == {"dev": "FLEXIBLE", "prod": "OFF"}


def test_only_prod_protects_what_holds_data(plans: dict[str, Any]) -> None:
    protected = {
        name: {table.get("deletionProtectionEnabled", False) for table in of_type(plan, TABLE)}
        for name, plan in plans.items()
    }

    assert protected == {"dev": {False}, "prod": {True}}


def test_names_carry_the_stage(plans: dict[str, Any]) -> None:
    for name, plan in plans.items():
        functions = [inputs["name"] for inputs in of_type(plan, FUNCTION)]
        assert len(functions) == len(SYSTEM.functions)
        assert all(function.startswith(f"alchemiser-{name}-") for function in functions)


def test_a_rehearsal_leaves_the_checkout_and_other_accounts_alone(
    dev: Checkout, plans: dict[str, Any]
) -> None:
    rehearsed = dev.account("111111111111").inventory()

    planned = of_type(plans["dev"], FUNCTION)
    assert len(rehearsed["functions"]) == len(planned) == len(SYSTEM.functions)
    assert dev.account().inventory() == {}
    for name in ("dev", "prod"):
        file = f"Pulumi.{name}.yaml"
        cloned = as_cloned((ROOT / file).read_text(), name)
        assert (dev.root / file).read_text() == filled(cloned, FILLED[name])


def test_a_stack_without_a_file_is_refused(dev: Checkout) -> None:
    answer = dev.pulumi("preview", "--stack", "test")

    assert answer.status == 1
    assert "there are: dev, local, prod" in answer.messages


LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
FUNCTION = "aws:lambda/function:Function"
SCHEDULE = "aws:scheduler/schedule:Schedule"
TABLE = "aws:dynamodb/table:Table"
