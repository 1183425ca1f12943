from __future__ import annotations

import pytest

from packager.secrets import mask


@pytest.mark.parametrize(
    "name", ["GH_TOKEN", "UV_INDEX_PRIVATE_PASSWORD", "AWS_SECRET_ACCESS_KEY", "my_api_key"]
)
def test_blanks_out_the_value_of_a_secret_variable(name: str) -> None:
    assert mask("before s3cr3tvalue after", {name: "s3cr3tvalue"}) == "before *** after"


def test_blanks_out_credentials_in_an_address() -> None:
    said = "could not fetch https://user:s3cr3t@index.example/simple"
    assert mask(said, {}) == "could not fetch https://***@index.example/simple"


def test_blanks_out_the_longer_of_two_secrets_whole() -> None:
    secrets = {"A_TOKEN": "secret", "B_TOKEN": "secret-and-more"}
    assert mask("is secret-and-more", secrets) == "is ***"


def test_leaves_other_variables_and_short_values_alone() -> None:
    assert mask("the path is long", {"PATH": "the path", "X_TOKEN": "is"}) == "the path is long"
