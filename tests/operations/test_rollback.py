from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from operations.errors import OperationError
from operations.history import Version
from operations.outputs import StackOutputs
from operations.rollback import Move, go_back, go_forward, plan_moves
from tests.operations.fakes import FakeEngine, FakeLive

Outputs = Callable[..., StackOutputs]

_NAME = "alchemiser-dev-metrics_v2"
_ALIAS_URN = "urn:pulumi:dev::alchemiser::f$aws:lambda/alias:Alias::metrics_v2-alias"
STATE = {
    "deployment": {
        "resources": [
            {"urn": _ALIAS_URN, "type": "aws:lambda/alias:Alias"},
            {
                "urn": _ALIAS_URN.replace("metrics_v2-alias", "data_v2-alias"),
                "type": "aws:lambda/alias:Alias",
            },
        ]
    }
}


def version(number: str, layers: tuple[str, ...] = ()) -> Version:
    return Version(
        number=number,
        published_at=datetime(2026, 11, 21, tzinfo=UTC),
        code_sha256="AA==",
        description="",
        layers=layers,
    )


@pytest.fixture
def deployed(outputs: Outputs) -> StackOutputs:
    return outputs({"metrics_v2": "code"}, {})


@pytest.fixture
def live() -> FakeLive:
    return FakeLive(
        aliases={_NAME: "3"},
        layers={"layer:1": "AA=="},
        published={_NAME: (version("1"), version("2", ("layer:1",)), version("3"))},
    )


def test_without_a_version_it_goes_one_back(deployed: StackOutputs, live: FakeLive) -> None:
    (move,) = plan_moves(deployed, live, functions=["metrics_v2"], to=None)

    assert move == Move(name="metrics_v2", current="3", target="2")


def test_a_named_version_is_taken(deployed: StackOutputs, live: FakeLive) -> None:
    (move,) = plan_moves(deployed, live, functions=["metrics_v2"], to="1")

    assert move.target == "1"


@pytest.mark.parametrize("to", ["9", "x"])
def test_a_version_that_is_not_there_is_refused(
    deployed: StackOutputs, live: FakeLive, to: str
) -> None:
    with pytest.raises(OperationError, match="found versions 1, 2, 3"):
        plan_moves(deployed, live, functions=["metrics_v2"], to=to)


def test_a_version_whose_layer_is_gone_is_refused(deployed: StackOutputs, live: FakeLive) -> None:
    live.layers.clear()

    with pytest.raises(OperationError, match="layer:1"):
        plan_moves(deployed, live, functions=["metrics_v2"], to="2")


def test_an_unknown_function_is_refused(deployed: StackOutputs, live: FakeLive) -> None:
    with pytest.raises(OperationError, match="FUNCTION=metrics"):
        plan_moves(deployed, live, functions=["metrics"], to=None)


def test_the_target_is_recorded_and_only_its_alias_moves(deployed: StackOutputs) -> None:
    engine = FakeEngine(deployed, state=STATE)

    go_back(engine, [Move(name="metrics_v2", current="3", target="2")])

    assert engine.ran == [
        ("config", "set", "--path", "alchemiser:functions.metrics_v2.version", "2"),
        ("up", "--yes", "--skip-preview", "--target", _ALIAS_URN),
    ]


def test_a_move_that_fails_leaves_no_record(deployed: StackOutputs) -> None:
    engine = FakeEngine(deployed, state=STATE, failing="up")

    with pytest.raises(OperationError):
        go_back(engine, [Move(name="metrics_v2", current="3", target="2")])

    assert engine.ran[-1] == (
        "config",
        "rm",
        "--path",
        "alchemiser:functions.metrics_v2.version",
    )


def test_forward_forgets_the_record_and_moves_the_alias(deployed: StackOutputs) -> None:
    engine = FakeEngine(deployed, state=STATE)

    go_forward(engine, ["metrics_v2"])

    assert [arguments[0] for arguments in engine.ran] == ["config", "up"]
