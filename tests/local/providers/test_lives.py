"""Every resource type through its whole life on an AWS in this process."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attached_providers.aws.types import ROWS
from attached_providers.wire import UNKNOWN
from tests.local.providers.engine import plain
from tests.local.providers.lifecycles import KEPT, LIVES, NOT_IN_PROCESS, ONCE, Life, World

EVERY_LIFE = pytest.mark.parametrize("life", LIVES, ids=[life.token for life in LIVES])


def test_every_type_has_a_life() -> None:
    assert {life.token for life in LIVES} | set(NOT_IN_PROCESS) == set(ROWS)
    assert {life.token for life in LIVES} & set(NOT_IN_PROCESS) == set()


@EVERY_LIFE
def test_a_made_resource_is_what_was_asked_for(world: World, life: Life) -> None:
    made = world.engine.create(life.token, life.inputs(world))
    assert made.id
    assert world.engine.changes(made, life.inputs(world)) == {}


@EVERY_LIFE
def test_a_refresh_finds_no_drift_where_there_is_none(world: World, life: Life) -> None:
    made = world.engine.create(life.token, life.inputs(world))
    found = world.engine.refresh(made)
    assert found is not None
    assert (found.id, plain(found.inputs)) == (made.id, made.inputs)
    assert found.state == made.state


@EVERY_LIFE
def test_a_preview_knows_what_was_said_and_nothing_that_aws_decides(
    world: World, life: Life
) -> None:
    inputs = life.inputs(world)
    planned = world.engine.plan(life.token, inputs)
    assert {planned[name] for name in ROWS[life.token].outputs} <= {UNKNOWN}
    assert UNKNOWN not in [planned[name] for name in inputs if not isinstance(planned[name], dict)]


@EVERY_LIFE
def test_a_change_is_carried_out_as_the_official_provider_does(world: World, life: Life) -> None:
    made = world.engine.create(life.token, life.inputs(world))
    changed = life.changed(world)
    diff = world.engine.diff(made, changed)
    assert diff.diffs
    assert bool(diff.replaces) == life.replaces
    if not life.replaces:
        updated = world.engine.update(made, changed)
        assert world.engine.changes(updated, changed) == {}
        refreshed = world.engine.refresh(updated)
        assert refreshed is not None
        assert refreshed.state == updated.state


@EVERY_LIFE
def test_an_imported_resource_needs_no_replacement(world: World, life: Life) -> None:
    made = world.engine.create(life.token, life.inputs(world))
    found = world.engine.adopt(life.token, life.identity or made.id)
    assert found is not None
    assert found.id == made.id
    replaced = list(world.engine.diff(found, life.inputs(world)).replaces)
    assert (replaced == []) == life.importable


@EVERY_LIFE
def test_a_removed_resource_is_gone_and_may_be_removed_again(world: World, life: Life) -> None:
    made = world.engine.create(life.token, life.inputs(world))
    world.engine.delete(made)
    assert (world.engine.refresh(made) is None) == (life.token not in KEPT)
    if life.token not in ONCE:
        world.engine.delete(made)


@EVERY_LIFE
def test_an_unknown_property_is_refused_by_its_name(world: World, life: Life) -> None:
    failures = world.engine.failures(life.token, {**life.inputs(world), "colour": "red"})
    assert "unknown property colour" in failures["colour"]


def test_default_tags_are_laid_under_a_resources_own(world: World) -> None:
    made = world.engine.create("aws:sqs/queue:Queue", {"name": "first", "tags": {"own": "1"}})
    assert made["tagsAll"] == {"own": "1", "system": "test"}
    assert made["tags"] == {"own": "1"}
    found = world.engine.refresh(replace(made))
    assert found is not None
    assert found["tags"] == {"own": "1"}
