"""What the stack's record keeps, takes in and refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.checkout import Checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

SECRET = "aws:secretsmanager/secretVersion:SecretVersion"
QUEUE = "aws:sqs/queue:Queue"


def of_type(stack: Checkout, token: str) -> dict[str, Any]:
    resources = stack.recorded()["resources"]
    named = {entry["urn"].rpartition("::")[2]: entry for entry in resources}
    return {name: entry for name, entry in named.items() if entry["type"] == token}


def test_secrets_are_encrypted_on_record(stack: Checkout) -> None:
    versions = of_type(stack, SECRET)

    assert len(versions) == 2
    for version in versions.values():
        assert version["inputs"]["secretStringWo"]["ciphertext"].startswith("v1:")
        assert "secretString" not in version["outputs"]
    assert '"simulated' not in json.dumps(stack.recorded()).replace("\\", "")


def test_what_was_made_elsewhere_is_imported_and_goes_as_the_program_has_it_not(
    stack: Checkout,
) -> None:
    before = stack.account().inventory()
    sqs = stack.account().client("sqs")
    settings = {"VisibilityTimeout": "77"}
    url = sqs.create_queue(QueueName="made-by-hand", Attributes=settings)["QueueUrl"]

    named = (QUEUE, "by-hand", url, "--stack", "local")
    unattended = ("--yes", "--skip-preview", "--protect=false", "--generate-code=false")
    stack.pulumi("import", *named, *unattended).succeeded()

    imported = of_type(stack, QUEUE)["by-hand"]
    assert imported["id"] == url
    assert imported["inputs"]["visibilityTimeoutSeconds"] == 77
    assert "1 deleted" in stack.run("local").succeeded().output
    assert stack.account().inventory() == before


def test_a_broken_setting_touches_nothing_and_all_are_named_at_once(
    clone: Checkout, stack: Checkout
) -> None:
    before = stack.account().inventory()
    clone.edit(
        "Pulumi.local.yaml",
        lambda text: text.replace("DEBUG", "LOUD").replace("memory_cap_mb", "memory_cap"),
    )

    answer = clone.pulumi("up", "--stack", "local", "--yes", "--skip-preview")

    assert answer.status != 0
    said = answer.output + answer.messages
    assert "Pulumi.local.yaml" in said
    assert "log_level" in said
    assert "LOUD" in said
    assert "memory_cap" in said
    assert stack.account().inventory() == before
