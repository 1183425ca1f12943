from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from blueprint.outputs import StackOutputs
from operations.errors import OperationError
from operations.history import Version
from operations.pins import Pins
from operations.rollback import Move, go_back, go_forward, plan_moves, plan_return
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


MOVE = Move(name="metrics_v2", function=_NAME, alias="live", current="3", target="2")
HELD = ("config", "set-all", "--path", "--plaintext", "alchemiser:functions.metrics_v2.version=2")
LOOKED_AT = ("refresh", "--yes", "--skip-preview", "--target", _ALIAS_URN)


def version(number: str, layers: tuple[str, ...] = ()) -> Version:
    return Version(
        number=number,
        published_at=datetime(2026, 11, 21, tzinfo=UTC),
        code_sha256="AA==",
        description="",
        layers=layers,
    )


def settings(**functions: dict[str, int]) -> dict[str, object]:
    return {"alchemiser:functions": {"objectValue": functions}} if functions else {}


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

    assert move == MOVE


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


def test_the_target_is_recorded_and_only_its_alias_moves(
    deployed: StackOutputs, live: FakeLive
) -> None:
    engine = FakeEngine(deployed, state=STATE)

    go_back(engine, live, [MOVE])

    assert engine.ran == [HELD, LOOKED_AT]
    assert live.aliases == {_NAME: "2"}


def test_a_move_that_fails_leaves_no_record_and_moves_others_back(
    deployed: StackOutputs, live: FakeLive
) -> None:
    engine = FakeEngine(deployed, state=STATE, settings=settings(data_v2={"version": 5}))
    live.aliases["data"] = "5"
    live.stuck = _NAME
    other = Move(name="data_v2", function="data", alias="live", current="5", target="4")

    with pytest.raises(OperationError, match="stuck"):
        go_back(engine, live, [other, MOVE])

    assert live.aliases == {_NAME: "3", "data": "5"}
    assert engine.ran[-1][-1] == "alchemiser:functions.data_v2.version=5"


def test_a_move_that_cannot_be_recorded_has_moved_all_the_same(
    deployed: StackOutputs, live: FakeLive
) -> None:
    engine = FakeEngine(deployed, state=STATE, failing="refresh")

    with pytest.raises(OperationError, match="the aliases were moved"):
        go_back(engine, live, [MOVE])

    assert live.aliases == {_NAME: "2"}
    assert engine.ran == [HELD, LOOKED_AT]


def test_forward_forgets_the_record_and_moves_to_the_newest(
    deployed: StackOutputs, live: FakeLive
) -> None:
    live.aliases[_NAME] = "1"
    engine = FakeEngine(deployed, state=STATE, settings=settings(metrics_v2={"version": 1}))
    moves = plan_return(deployed, live, functions=["metrics_v2"])

    go_forward(engine, live, moves)

    assert engine.ran == [("config", "rm-all", "--path", "alchemiser:functions"), LOOKED_AT]
    assert live.aliases == {_NAME: "2"}


def test_forward_that_fails_keeps_the_record(deployed: StackOutputs, live: FakeLive) -> None:
    live.stuck = _NAME
    engine = FakeEngine(deployed, state=STATE, settings=settings(metrics_v2={"version": 2}))
    moves = plan_return(deployed, live, functions=["metrics_v2"])

    with pytest.raises(OperationError, match="stuck"):
        go_forward(engine, live, moves)

    assert engine.ran[-1] == HELD


@pytest.mark.parametrize(
    ("before", "removed"),
    [
        ({}, None),
        ({"data_v2": {"version": 2}}, None),
        ({"metrics_v2": {"memory_mb": 256}}, None),
        ({"metrics_v2": {"version": 1}}, ["alchemiser:functions"]),
        (
            {"metrics_v2": {"version": 1}, "data_v2": {"version": 2}},
            ["alchemiser:functions.metrics_v2"],
        ),
        (
            {"metrics_v2": {"version": 1, "memory_mb": 256}},
            ["alchemiser:functions.metrics_v2.version"],
        ),
    ],
)
def test_a_released_version_leaves_nothing_empty_behind(
    before: dict[str, dict[str, int]], removed: list[str] | None
) -> None:
    engine = FakeEngine(None, settings=settings(**before))

    Pins(engine).release(["metrics_v2"])

    expected = [] if removed is None else [("config", "rm-all", "--path", *removed)]
    assert engine.ran == expected


def test_versions_that_are_held_are_read() -> None:
    held = settings(metrics_v2={"version": 3}, data_v2={"memory_mb": 256})

    assert Pins(FakeEngine(None, settings=held)).versions() == {"metrics_v2": "3"}


def test_settings_that_are_no_mapping_are_refused() -> None:
    engine = FakeEngine(None, settings={"alchemiser:functions": {"objectValue": [1]}})

    with pytest.raises(OperationError, match="expected a mapping for each function"):
        Pins(engine).versions()
