"""What tests of functions share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.client import BaseClient

from tests.cloud import Cloud, in_process_cloud
from tests.functions.rights import GUARDS, RECORDING, Guard, needed_by, record


@pytest.fixture(autouse=True)
def guard(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    """Let function code call nothing of AWS that its role does not allow."""
    made = Guard()
    GUARDS.append(made)
    monkeypatch.setattr(BaseClient, "_make_api_call", made.held(BaseClient._make_api_call))  # type: ignore[attr-defined]
    yield made
    GUARDS.remove(made)
    test = request.node.nodeid
    if RECORDING:
        record(test, made.used)
    else:
        unused = needed_by(test) - set(made.used)
        assert not unused, f"no longer needed by this test: {unused}; see tests/functions/rights.py"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Give an AWS in this process."""
    with in_process_cloud(monkeypatch) as made:
        yield made
