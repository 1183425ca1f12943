from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from operations.ages import age
from operations.last_look import LastLook, Look, look_text
from operations.release_store import ReleaseStore

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def look(*drifted: str, release: int | None = 3) -> Look:
    return Look(looked_at=NOON, release=release, drifted=drifted)


def test_a_look_is_found_again_and_takes_the_place_of_the_one_before(store: ReleaseStore) -> None:
    last = LastLook(store.bucket, store.client)
    assert last.read() is None

    assert last.write(look("queue execution: gone")) is None
    assert last.write(look()) is None

    assert last.read() == look()
    assert store.all() == ()


def test_a_look_that_cannot_be_noted_says_why(store: ReleaseStore) -> None:
    last = LastLook("another", store.client)

    assert "NoSuchBucket" in str(last.write(look()))
    assert last.read() is None


def test_what_is_no_look_counts_as_none(store: ReleaseStore) -> None:
    store.client.put_object(Bucket=store.bucket, Key="drift.json", Body=b"[]")

    assert LastLook(store.bucket, store.client).read() is None


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "nobody looked yet: make drift STACK=dev"),
        (look(), "none, looked at 2 h ago"),
        (look("a", "b"), "2 drifted, looked at 2 h ago: make drift STACK=dev"),
        (look(release=2), "none, looked at 2 h ago, before release 3: make drift STACK=dev"),
    ],
)
def test_a_screen_says_what_was_found_and_when(found: Look | None, said: str) -> None:
    assert look_text(found, "dev", 3, NOON + timedelta(hours=2)) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 min"),
        (-1, "0 min"),
        (119, "119 min"),
        (120, "2 h"),
        (47 * 60, "47 h"),
        (5760, "4 days"),
    ],
)
def test_an_age_is_told_in_the_unit_that_tells_enough(minutes: int, said: str) -> None:
    assert age(timedelta(minutes=minutes)) == said
