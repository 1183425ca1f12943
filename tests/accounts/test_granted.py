"""Every call on record is granted to the role whose make targets made it."""

from __future__ import annotations

import pytest

from accounts.calls import read_calls
from accounts.permissions import DUTIES
from tests.accounts.granted import refused
from tests.accounts.places import PLACES, ROLES

pytestmark = pytest.mark.integration

CASES = [
    (stage, duty) for stage in PLACES for duty in DUTIES if f"alchemiser-ci-{stage}-{duty}" in ROLES
]


@pytest.mark.parametrize(("stage", "duty"), CASES)
def test_every_recorded_call_is_granted(stage: str, duty: str) -> None:
    recorded = read_calls().recorded
    called = {action for source in DUTIES[duty] for action in recorded.get(source, ())}

    assert called
    assert refused(called, stage, duty) == set()


def test_a_call_that_no_run_made_is_refused() -> None:
    assert refused({"dynamodb:DeleteItem", "lambda:UpdateAlias"}, "dev", "drift") == {
        "dynamodb:DeleteItem",
        "lambda:UpdateAlias",
    }
