from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from catalogue.system import SYSTEM
from tests.recorded_program import ran_in_dev, run, stack_config, stub_zip


def test_prod_ships_what_dev_runs() -> None:
    assert len(run("prod", stack_config("prod"), preview=True).of(FUNCTION)) == len(
        SYSTEM.functions
    )


def test_one_byte_that_dev_has_not_run_stops_prod_before_any_resource() -> None:
    def changed(root: Any, spec: Any, target: Any, output: Any) -> SimpleNamespace:
        stub = stub_zip(root, spec, target, output)
        return SimpleNamespace(**{**vars(stub), "sha256": "1" * 64}) if is_it(spec) else stub

    with pytest.raises(pulumi.RunError) as refusal:
        run("prod", stack_config("prod"), build=changed)

    for part in ("function portfolio_v2", "0" * 64, "1" * 64, "make deploy-dev"):
        assert part in str(refusal.value)


def test_a_layer_key_that_dev_has_not_run_stops_prod() -> None:
    ran: Any = copy.deepcopy(ran_in_dev())
    ran["layers"]["strategy"]["key"] = "another"

    with pytest.raises(pulumi.RunError, match="layer strategy: dev runs another"):
        run("prod", stack_config("prod"), promotable=ran)


def test_dev_and_local_ask_nobody() -> None:
    for stack in ("dev", "local"):
        assert run(stack, stack_config(stack), preview=True, promotable={}).of(FUNCTION)


FUNCTION = "aws:lambda/function:Function"


def is_it(spec: Any) -> bool:
    return bool(spec.name == "portfolio_v2")
