from __future__ import annotations

import base64
import json

import pytest

from operations.drift import code_drift, drift_of
from operations.engine_state import Published
from operations.preview import Preview
from operations.rollback import plan_rollback
from tests.operations.deployments import Deployed, deployed
from tests.operations.fakes import FakeLive, lambda_digest

_QUEUE = (
    "urn:pulumi:dev::alchemiser::alchemiser:index:WorkQueue$aws:sqs/queue:Queue::execution-queue"
)
_NAME = deployed("metrics_v2")
UNCHANGED = Preview()
_AS_RECORDED = base64.b64encode(b"k1".ljust(32, b".")).decode()
"""Digest that the outputs tell of the layer."""


@pytest.fixture
def twice(stack: Deployed) -> Deployed:
    """Deploy metrics twice."""
    stack.deploy({"metrics_v2": "first"})
    stack.deploy({"metrics_v2": "code"})
    for arn in _layer_arns(stack):
        stack.live.layers[arn] = _AS_RECORDED
    return stack


def _layer_arns(stack: Deployed) -> list[str]:
    return [it.arn for it in stack.running().outputs.layers.values()]


def drifted(stack: Deployed, refreshed: Preview = UNCHANGED) -> list[str]:
    return [str(it) for it in drift_of(stack.running(), stack.live, refreshed)]


def test_what_runs_as_deployed_has_not_drifted(twice: Deployed) -> None:
    assert drifted(twice) == []


def test_code_edited_by_hand_is_named_with_both_digests(twice: Deployed) -> None:
    twice.live.codes[(_NAME, "$LATEST")] = lambda_digest("edited")

    (drift,) = drifted(twice)

    assert drift.startswith("code of function metrics_v2")
    assert b"code".hex() in drift
    assert b"edited".hex() in drift


def test_a_version_that_did_not_prove_itself_was_not_edited_by_hand(twice: Deployed) -> None:
    twice.deploy({"metrics_v2": "unproven"})
    twice.live.aliases[_NAME] = "2"
    running = twice.running()

    assert running.published["metrics_v2"].code_sha256 == lambda_digest("unproven")
    assert not any("edited by hand" in it for it in drifted(twice))


def test_a_moved_alias_is_named(twice: Deployed) -> None:
    twice.live.aliases[_NAME] = "1"

    (drift,) = drifted(twice)

    assert drift == "alias live of function metrics_v2: deployed version 2, found version 1"


def test_an_alias_that_a_rollback_holds_is_where_it_belongs(twice: Deployed) -> None:
    running = twice.running()
    plan = plan_rollback(running, twice.live, to=None, function="")
    twice.mover.carry_out(running, plan, hold=True)

    assert twice.versions == {"metrics_v2": "1"}
    assert drifted(twice) == []


def test_a_layer_that_is_gone_is_named(twice: Deployed) -> None:
    twice.live.layers.clear()

    (drift,) = drifted(twice)

    assert drift.startswith("layer shared_code")


@pytest.mark.parametrize(("op", "told"), [("delete", "is gone"), ("update", "was changed (tags)")])
def test_a_resource_that_a_refresh_corrects_is_named(op: str, told: str, twice: Deployed) -> None:
    changed: object = {"tags": {}} if op == "update" else None
    refreshed = Preview.parse(
        json.dumps({"steps": [{"op": op, "urn": _QUEUE, "detailedDiff": changed}]})
    )

    (drift,) = drifted(twice, refreshed)

    assert drift == f"aws:sqs/queue:Queue execution-queue: deployed as in the state, found {told}"


def test_a_function_that_is_gone_has_no_edited_code(twice: Deployed) -> None:
    shipped = {_NAME: Published(version="2", code_sha256=lambda_digest("code"))}

    assert code_drift(twice.running().outputs.functions, shipped, FakeLive()) == ()
