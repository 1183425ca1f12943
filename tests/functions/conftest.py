"""What tests of functions share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud import Cloud, in_process_cloud


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Give an AWS in this process."""
    with in_process_cloud(monkeypatch) as made:
        yield made
