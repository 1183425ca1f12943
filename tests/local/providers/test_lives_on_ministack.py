"""Every resource type through its whole life on the emulator that the local stack runs on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attached_providers.aws.configuration import ENDPOINTS
from attached_providers.aws.provider import AwsProvider
from attached_providers.aws.types import ROWS
from tests.local.providers.engine import Engine, plain
from tests.local.providers.lifecycles import (
    ENCRYPTION,
    KEPT,
    LIVES,
    ONLY_AGAINST_A_STAND_IN,
    ONLY_ON_MINISTACK,
    Life,
    World,
)

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

ALL = [*LIVES, *ONLY_ON_MINISTACK]
ROOT = Path(__file__).parents[3]
SERVER = """from pathlib import Path
from local.ministack.server import ensure_server, stop_server
from local.workfolder import WorkFolder
work = WorkFolder.of(Path.cwd())
print({})"""


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    environment = {**os.environ, "ALCHEMISER_HOME": str(tmp_path_factory.mktemp("home"))}

    def say(expression: str) -> str:
        command = [sys.executable, "-c", SERVER.format(expression)]
        answer = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return answer.stdout.splitlines()[-1]

    try:
        yield say("ensure_server(work).url")
    finally:
        say("stop_server(work)")


@pytest.fixture(scope="module")
def provider() -> AwsProvider:
    return AwsProvider()


@pytest.fixture
def world(endpoint: str, provider: AwsProvider, number: str) -> World:
    return world_of(endpoint, provider, number)


def world_of(endpoint: str, provider: AwsProvider, number: str) -> World:
    """Give an account of its own: the emulator keeps them apart."""
    engine = Engine(provider, peer=f"ipv4:127.0.0.1:{number}")
    engine.configure(
        region="us-east-1",
        accessKey=number,
        secretKey="emulated",
        endpoints=[dict.fromkeys(ENDPOINTS, endpoint)],
        s3UsePathStyle=True,
        defaultTags={"tags": {"system": "test"}},
    )
    return World(engine, place=number)


@pytest.fixture
def number(request: pytest.FixtureRequest) -> str:
    """Give each life the number of an account of its own."""
    return f"{1 + [life.token for life in ALL].index(request.getfixturevalue('life').token):012}"


def test_every_type_lives_on_ministack() -> None:
    elsewhere = {life.token for life in ONLY_AGAINST_A_STAND_IN}
    assert {life.token for life in ALL} | elsewhere == set(ROWS)


@pytest.mark.parametrize("life", ALL, ids=[life.token for life in ALL])
def test_a_life_leaves_no_difference_at_any_stage(world: World, life: Life) -> None:
    engine = world.engine
    made = engine.create(life.token, life.inputs(world))
    assert engine.changes(made, life.inputs(world)) == {}

    refreshed = engine.refresh(made)
    assert refreshed is not None
    assert (refreshed.id, plain(refreshed.inputs)) == (made.id, made.inputs)
    assert engine.changes(refreshed, life.inputs(world)) == {}

    imported = engine.adopt(life.token, life.identity or made.id)
    assert imported is not None
    assert imported.id == made.id
    assert (list(engine.diff(imported, life.inputs(world)).replaces) == []) == life.importable

    last = made
    if not life.replaces:
        last = engine.update(made, life.changed(world))
        assert engine.changes(last, life.changed(world)) == {}
        again = engine.refresh(last)
        assert again is not None
        assert engine.changes(again, life.changed(world)) == {}

    engine.delete(last)
    assert (engine.refresh(last) is None) == (life.token not in {*KEPT, ENCRYPTION})
    engine.delete(last)


LISTED = re.compile(r"^\| `(aws:[^`]+)` \| ([^|]+) \|", re.MULTILINE)


def test_what_the_emulator_does_not_answer_is_listed(endpoint: str, provider: AwsProvider) -> None:
    """An official refresh shows these as changed, right after they were made."""
    page = (ROOT / "docs/ministack-gaps.md").read_text()
    listed = {token: set(re.findall(r"`(\w+)`", names)) for token, names in LISTED.findall(page)}
    found = {}
    for place, life in enumerate(ALL):
        world = world_of(endpoint, provider, f"{5000 + place:012}")
        made, row = world.engine.create(life.token, life.inputs(world)), ROWS[life.token]
        left_to_aws = {*row.outputs, *(name for name, prop in row.inputs.items() if prop.computed)}
        if unanswered := left_to_aws - made.inputs.keys() - made.state.keys():
            found[life.token] = unanswered

    assert found == listed
