from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from blueprint.outputs import StackOutputs
from operations.drift import code_drift, drift_of
from operations.preview import Preview
from tests.operations.fakes import FakeLive, lambda_digest

Outputs = Callable[..., StackOutputs]

_QUEUE = (
    "urn:pulumi:dev::alchemiser::alchemiser:index:WorkQueue$aws:sqs/queue:Queue::execution-queue"
)
_NAME = "alchemiser-dev-metrics_v2"
_LAYER = "arn:aws:lambda:us-east-1:111111111111:layer:alchemiser-dev-portfolio:1"
UNCHANGED = Preview()


@pytest.fixture
def deployed(outputs: Outputs) -> StackOutputs:
    return outputs({"metrics_v2": "code"}, {"portfolio": "k1"})


@pytest.fixture
def live() -> FakeLive:
    return FakeLive(
        codes={(_NAME, "$LATEST"): lambda_digest("code")},
        aliases={_NAME: "2"},
        layers={_LAYER: lambda_digest("k1")},
    )


def test_what_runs_as_deployed_has_not_drifted(deployed: StackOutputs, live: FakeLive) -> None:
    assert drift_of(deployed, live, UNCHANGED, {}) == ()


def test_code_edited_by_hand_is_named_with_both_digests(
    deployed: StackOutputs, live: FakeLive
) -> None:
    live.codes[(_NAME, "$LATEST")] = lambda_digest("edited")

    (drift,) = drift_of(deployed, live, UNCHANGED, {})

    assert "metrics_v2" in str(drift)
    assert b"code".hex() in str(drift)
    assert b"edited".hex() in str(drift)


def test_a_moved_alias_is_named(deployed: StackOutputs, live: FakeLive) -> None:
    live.aliases[_NAME] = "1"

    (drift,) = drift_of(deployed, live, UNCHANGED, {})

    assert (drift.expected, drift.found) == ("version 2", "version 1")


def test_an_alias_that_a_rollback_holds_is_where_it_belongs(
    deployed: StackOutputs, live: FakeLive
) -> None:
    live.aliases[_NAME] = "1"

    assert drift_of(deployed, live, UNCHANGED, {"metrics_v2": "1"}) == ()


def test_a_layer_that_is_gone_is_named(deployed: StackOutputs, live: FakeLive) -> None:
    live.layers.clear()

    (drift,) = drift_of(deployed, live, UNCHANGED, {})

    assert (drift.kind, drift.name) == ("layer", "portfolio")


@pytest.mark.parametrize(("op", "told"), [("delete", "is gone"), ("update", "was changed (tags)")])
def test_a_resource_that_a_refresh_corrects_is_named(
    op: str, told: str, deployed: StackOutputs, live: FakeLive
) -> None:
    changed: object = {"tags": {}} if op == "update" else None
    refreshed = Preview.parse(
        json.dumps({"steps": [{"op": op, "urn": _QUEUE, "detailedDiff": changed}]})
    )

    (drift,) = drift_of(deployed, live, refreshed, {})

    assert (drift.name, drift.found) == ("execution-queue", told)


def test_a_function_that_is_gone_has_no_edited_code(deployed: StackOutputs) -> None:
    assert code_drift(deployed.functions, FakeLive()) == {}
