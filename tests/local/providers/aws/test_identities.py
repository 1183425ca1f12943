from __future__ import annotations

import pytest

from attached_providers.aws.identities import in_two
from attached_providers.failures import ProviderError


@pytest.mark.parametrize(
    ("identity", "form", "found"),
    [
        ("reader:may-read", "role:policy", ("reader", "may-read")),
        ("default/daily", "group/name", ("default", "daily")),
        (
            "arn:aws:secretsmanager:::secret:s|v1",
            "ARN|version",
            ("arn:aws:secretsmanager:::secret:s", "v1"),
        ),
    ],
)
def test_an_id_is_split_as_its_form_says(identity: str, form: str, found: tuple[str, str]) -> None:
    assert in_two(identity, "something", form) == found


def test_an_id_of_one_part_is_refused_with_the_form_that_it_should_have() -> None:
    with pytest.raises(ProviderError, match=r"the id of a schedule as group/name, found daily"):
        in_two("daily", "a schedule", "group/name")
