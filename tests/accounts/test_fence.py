"""The fence leaves every role of the program all that it is granted."""

from __future__ import annotations

import pytest

from accounts.fence import fence
from policies.model import listed, statements
from tests.accounts.evaluator import verdicts
from tests.accounts.places import PLACES
from tests.accounts.test_verdicts import EVERYTHING
from tests.recorded_program import recorded

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("stage", sorted(PLACES))
def test_the_fence_takes_nothing_from_what_a_role_is_granted(stage: str) -> None:
    own = PLACES[stage]
    granted = sorted(
        {
            (str(action), str(resource).replace("*", "x").replace("?", "a"))
            for item in recorded(stage).of("aws:iam/rolePolicy:RolePolicy")
            for statement in statements(item.document("policy"))
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }
    )
    asked = [
        {
            "principal": own.iam(f"role/{own.prefix}any"),
            "action": action,
            "resource": "*" if resource == "x" else resource,
            "documents": [EVERYTHING],
            "boundary": fence(own),
            "context": {"kms:ViaService": f"sns.{own.region}.amazonaws.com"},
        }
        for action, resource in granted
    ]

    found = zip(granted, verdicts(asked), strict=True)
    assert [call for call, verdict in found if verdict != "Allow"] == []
