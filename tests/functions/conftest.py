"""What tests of functions share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.client import BaseClient

from tests.cloud import Cloud, in_process_cloud
from tests.functions.rights import held


@pytest.fixture(autouse=True)
def held_to_its_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let function code call nothing of AWS that its role does not allow."""
    monkeypatch.setattr(BaseClient, "_make_api_call", held(BaseClient._make_api_call))  # type: ignore[attr-defined]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Give an AWS in this process."""
    with in_process_cloud(monkeypatch) as made:
        yield made
