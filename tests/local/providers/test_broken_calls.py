"""Creates whose calls to AWS fail, each at every place in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.local.providers.engine import Engine, NotFinishedError, RefusedError, Resource
from tests.local.providers.lifecycles import LIVES, Life, World

pytestmark = pytest.mark.lengthy

MOST_CALLS = 20


@contextmanager
def failing_at(number: int, patch: pytest.MonkeyPatch) -> Iterator[Callable[[], bool]]:
    """Let one call end as AWS's own faults do; tell whether it came to that."""
    calls: list[str] = []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        calls.append(operation)
        if len(calls) == number:
            answer: Any = {"Error": {"Code": "InternalFailure", "Message": "it broke"}}
            raise ClientError(answer, operation)
        return real(client, operation, parameters)

    with patch.context() as inner:
        inner.setattr(BaseClient, "_make_api_call", call)
        yield lambda: len(calls) >= number


def made_at_last(engine: Engine, life: Life, inputs: dict[str, Any]) -> Resource:
    """Make a resource, or go on with what a failed making left on record."""
    try:
        return engine.create(life.token, inputs)
    except NotFinishedError as error:
        assert "InternalFailure: it broke" in str(error)
        checked = engine.check(life.token, inputs)
        return Resource(life.token, error.identity, checked, dict(error.state))


@pytest.mark.parametrize("life", LIVES, ids=[life.token for life in LIVES])
def test_a_create_that_failed_anywhere_is_finished_by_the_next_run(
    world: World, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, inputs = world.engine, life.inputs(world)
    for number in range(1, MOST_CALLS):
        with failing_at(number, monkeypatch) as came_to_it:
            try:
                made: Resource | None = made_at_last(engine, life, inputs)
            except RefusedError as error:
                # Nothing is on record, so nothing may have been made: the next run makes it.
                assert "InternalFailure: it broke" in str(error)
                made = None
        if not came_to_it():
            return
        made = engine.create(life.token, inputs) if made is None else engine.update(made, inputs)
        assert engine.changes(made, inputs) == {}
        engine.delete(made)
    raise AssertionError(f"{life.token} takes more than {MOST_CALLS} calls to make")
