from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from operations.history import Update, Version, commit_of, layers_text
from operations.release import CarriedLayer, ReleasedFunction

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
COMMIT = "8bdc846bc8aa8dee6768b24caa6eff2aec8303ca"


def version(number: str, after: timedelta = timedelta()) -> Version:
    return Version(
        number=number,
        published_at=NOON + after,
        code_sha256="AA==",
        description="",
        layers=(),
    )


def update(*, dirty: bool = False, commit: str | None = COMMIT) -> Update:
    return Update(
        started_at=NOON - timedelta(minutes=1),
        ended_at=NOON + timedelta(minutes=1),
        commit=commit,
        dirty=dirty,
    )


def test_a_version_has_the_commit_of_its_update() -> None:
    assert commit_of(version("1"), [update()]) == "8bdc846bc8aa"


def test_a_version_built_beside_changes_says_so() -> None:
    assert commit_of(version("1"), [update(dirty=True)]) == "8bdc846bc8aa + changes"


@pytest.mark.parametrize("updates", [[], [update(commit=None)]])
def test_a_version_of_no_known_update_has_an_unknown_commit(updates: list[Update]) -> None:
    assert commit_of(version("1"), updates) == "unknown"


def test_a_version_tells_the_key_that_its_description_ends_with() -> None:
    key = "0123456789abcdef" * 4

    assert replace(version("1"), description=f"Trade. Key: {key}").key == key
    assert version("1").key == ""


def test_a_version_published_at_another_time_is_not_of_the_update() -> None:
    assert commit_of(version("1", timedelta(minutes=2)), [update()]) == "unknown"


def test_the_layers_of_a_version_are_told_by_name_version_and_key() -> None:
    layers = {"shared_code": CarriedLayer(version="3", key="0123456789abcdef")}
    function = ReleasedFunction(function="f", version="1", code_sha256="AA==", layers=layers)

    assert layers_text(function) == "shared_code:3/0123456789ab"
