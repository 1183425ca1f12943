"""Ids tell their kind, and derived ones their cause."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from the_alchemiser.shared.clock import SystemClock
from the_alchemiser.shared.ids import RandomIds, derived_id

FORM = re.compile(r"kind-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_drawn_ids_have_the_form_and_differ() -> None:
    first, second = RandomIds().new("kind"), RandomIds().new("kind")
    assert FORM.fullmatch(first)
    assert first != second


@given(st.lists(st.text(min_size=1), max_size=3), st.lists(st.text(min_size=1), max_size=3))
def test_derived_ids_have_the_form_and_differ_with_their_parts(
    some: list[str], others: list[str]
) -> None:
    one, other = derived_id("kind", *some), derived_id("kind", *others)
    assert FORM.fullmatch(one)
    assert (one == other) == (some == others)


def test_the_clock_knows_its_zone() -> None:
    assert SystemClock().now().utcoffset() is not None
