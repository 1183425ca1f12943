"""Anything at all that JSON, or Python, can put where an event is expected."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = st.none() | st.booleans() | st.floats() | st.text() | st.integers()
JUNK = st.recursive(
    WORDS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
)
