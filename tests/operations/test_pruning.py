"""What no release worth going back to has is found, and only that."""

from __future__ import annotations

import pytest

from operations.errors import OperationError
from operations.live import LambdaApi
from operations.pruning import remove, superfluous
from operations.rollback import plan_rollback
from tests.operations.deployments import Deployed

CODE = {"data_v2": "data", "metrics_v2": "metrics"}


@pytest.fixture
def deployed(stack: Deployed) -> Deployed:
    """Deploy six releases of metrics; with the third a new layer comes under both functions."""
    for number in range(1, 7):
        layer = "k1" if number < 3 else "k2"
        stack.deploy({**CODE, "metrics_v2": f"metrics {number}"}, layer=layer)
    assert stack.versions == {"data_v2": "2", "metrics_v2": "6"}
    return stack


def found(stack: Deployed, keep: int) -> list[str]:
    return [str(it) for it in superfluous(stack.running(), stack.live, keep=keep)]


def test_what_the_last_releases_have_is_kept_with_its_layers(deployed: Deployed) -> None:
    assert found(deployed, keep=5) == ["metrics_v2 1"]
    assert found(deployed, keep=4) == [
        "data_v2 1",
        "metrics_v2 1",
        "metrics_v2 2",
        "layer shared_code 1",
    ]
    assert found(deployed, keep=6) == []


def test_what_is_live_held_or_newest_is_kept_however_old(deployed: Deployed) -> None:
    running = deployed.running()
    plan = plan_rollback(running, deployed.live, to=1, function="")
    deployed.mover.carry_out(running, plan, hold=True)

    assert found(deployed, keep=2) == ["metrics_v2 2", "metrics_v2 3", "metrics_v2 4"]


def test_a_rollback_to_what_was_pruned_is_refused_by_name(deployed: Deployed) -> None:
    running = deployed.running()
    for it in superfluous(running, deployed.live, keep=2):
        remove(it, deployed.live)

    assert found(deployed, keep=2) == []
    with pytest.raises(OperationError, match="version 1 of release 1 is gone"):
        plan_rollback(running, deployed.live, to=1, function="")


def test_what_is_no_number_is_never_deleted() -> None:
    with pytest.raises(OperationError, match="expected the number of a version of metrics, found"):
        LambdaApi(None).delete_version("metrics", "$LATEST")  # type: ignore[arg-type]
