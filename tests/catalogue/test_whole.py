"""Each entry of the catalogue is held to what it names; what stands on a wrong one is not tried."""

from __future__ import annotations

import pytest

from tests.catalogue.wholeness import ENTRIES, faults


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_is_whole(entry: str) -> None:
    assert faults().get(entry, ()) == ()
