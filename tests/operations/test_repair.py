from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from blueprint.outputs import StackOutputs
from operations.history import Version
from operations.repair import forget_edited_code, without_digests
from tests.operations.fakes import FakeEngine, FakeLive, lambda_digest

Outputs = Callable[..., StackOutputs]

_NAME = "alchemiser-dev-metrics_v2"


def state_of(name: str, code: str = "code") -> dict[str, object]:
    archive = {"hash": "abc", "path": "metrics.zip"}
    resource = {
        "type": "aws:lambda/function:Function",
        "urn": "urn::metrics_v2-function",
        "inputs": {"name": name, "code": archive},
        "outputs": {
            "name": name,
            "code": archive,
            "codeSha256": lambda_digest(code),
            "version": "2",
        },
    }
    return {"deployment": {"resources": [resource]}}


def forgotten(engine: FakeEngine, live: FakeLive) -> tuple[str, ...]:
    return forget_edited_code(engine, live, engine.outputs(), engine.state)


def test_unedited_code_leaves_the_state_alone(outputs: Outputs) -> None:
    engine = FakeEngine(outputs({"metrics_v2": "code"}, {}))
    live = FakeLive(codes={(_NAME, "$LATEST"): lambda_digest("code")})

    assert forgotten(engine, live) == ()
    assert engine.ran == []


def test_edited_code_is_forgotten_so_that_it_ships_again(outputs: Outputs) -> None:
    engine = FakeEngine(outputs({"metrics_v2": "code"}, {}), state=state_of(_NAME))
    live = FakeLive(codes={(_NAME, "$LATEST"): lambda_digest("edited")})

    assert forgotten(engine, live) == ("metrics_v2",)
    assert [arguments[:2] for arguments in engine.ran] == [("stack", "import")]


def test_code_that_a_cut_off_update_shipped_is_not_edited(outputs: Outputs) -> None:
    engine = FakeEngine(outputs({"metrics_v2": "code"}, {}), state=state_of(_NAME, "newer"))
    live = FakeLive(codes={(_NAME, "$LATEST"): lambda_digest("newer")})

    assert forgotten(engine, live) == ()
    assert engine.ran == []


def test_a_version_published_by_hand_is_followed_by_one_of_the_update(outputs: Outputs) -> None:
    engine = FakeEngine(outputs({"metrics_v2": "code"}, {}), state=state_of(_NAME))
    code = {(_NAME, "$LATEST"): lambda_digest("code")}
    versions = tuple(
        Version(
            number=number,
            published_at=datetime(2026, 11, 29, tzinfo=UTC),
            code_sha256=lambda_digest("code"),
            description="",
            layers=(),
        )
        for number in "23"
    )

    assert forgotten(engine, FakeLive(codes=code, published={_NAME: versions[:1]})) == ()
    assert forgotten(engine, FakeLive(codes=code, published={_NAME: versions})) == ("metrics_v2",)
    assert '"abc"' not in json.dumps(engine.state)


def test_only_the_edited_function_is_forgotten() -> None:
    state = state_of("another")

    assert without_digests(state, {_NAME}) == state
    assert '"abc"' not in json.dumps(without_digests(state_of(_NAME), {_NAME}))
