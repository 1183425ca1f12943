"""What was changed behind the engine's back is seen, and put right."""

from __future__ import annotations

import json

import pytest

from tests.engine.checkout import Checkout
from tests.engine.inventory import Inventory

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]


def test_a_deleted_queue_and_an_edited_environment_are_seen_and_mended(
    stack: Checkout, whole: Inventory
) -> None:
    account = stack.account()
    sqs, functions = account.client("sqs"), account.client("lambda")
    gone = sqs.get_queue_url(QueueName="alchemiser-local-undelivered-events")["QueueUrl"]
    sqs.delete_queue(QueueUrl=gone)
    edited = "alchemiser-local-portfolio"
    functions.update_function_configuration(
        FunctionName=edited, Environment={"Variables": {"EDITED": "by hand"}}
    )

    seen = stack.pulumi("refresh", "--stack", "local", "--preview-only", "--json").succeeded()

    steps = {
        step["urn"].rpartition("::")[2]: step["op"] for step in json.loads(seen.output)["steps"]
    }
    drifted = {name: what for name, what in steps.items() if what not in ("same", "refresh")}
    assert {"undelivered-events-queue", "portfolio_v2-function"} <= set(drifted)

    stack.pulumi("refresh", "--stack", "local", "--yes", "--skip-preview").succeeded()
    stack.run("local").succeeded()

    assert stack.account().inventory().keys() == whole.keys()
    environment = functions.get_function_configuration(FunctionName=edited)["Environment"]
    assert "EDITED" not in environment["Variables"]
    stack.pulumi("preview", "--stack", "local", "--expect-no-changes").succeeded()
