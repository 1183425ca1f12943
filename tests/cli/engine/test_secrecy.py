"""No secret is written into a tracked file under a passphrase that all can read."""

from __future__ import annotations

import pytest

from cli.engine.arguments import understand
from cli.engine.secrecy import refuse_secrets
from local.problems import LocalProblem

VALUE = "hunter2hunter2"


@pytest.mark.parametrize(
    "line",
    [
        f"config set --secret --stack dev broker.key {VALUE}",
        f"config --stack=dev set broker.key {VALUE} --secret",
        f"-s dev config set-all --path --secret=broker.key={VALUE}",
        f"config set broker.key {VALUE} --secret=true -s dev",
        f"--stack dev config --config-file Pulumi.dev.yaml set --secret broker.key {VALUE}",
        f"--memprofilerate 5 config set --stack dev --secret broker.key {VALUE}",
        f"config --some-new-option value set --secret broker.key {VALUE} --stack dev",
        f"stack change-secrets-provider --stack dev {VALUE}",
    ],
)
def test_a_secret_for_a_stack_on_aws_is_refused_with_what_to_type_instead(line: str) -> None:
    with pytest.raises(LocalProblem) as refused:
        refuse_secrets(understand(line.split()))

    said = str(refused.value)
    assert "Pulumi.dev.yaml" in said
    assert "`pulumi " in said
    assert "--stack dev" in said
    assert VALUE not in said


def test_the_local_stack_has_nothing_to_encrypt() -> None:
    with pytest.raises(LocalProblem, match="in plain text"):
        refuse_secrets(understand(["config", "set", "--secret", "a", VALUE]))


@pytest.mark.parametrize(
    "line",
    [
        "config set a b --stack dev",
        "config set a -- --secret",
        "config set-all --plaintext a=b",
        "preview",
        "stack ls",
    ],
)
def test_what_encrypts_nothing_goes_its_way(line: str) -> None:
    refuse_secrets(understand(line.split()))
