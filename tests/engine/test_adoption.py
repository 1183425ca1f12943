"""What stands in an account already, and is not on record, is adopted or named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operations.recovery.deployment import Deployment
from operations.recovery.owners import OWNERS
from tests.engine.checkout import Checkout, Ended
from tests.engine.forgetting import exported, first_of, forget
from tests.engine.inventory import Inventory

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
BUCKET = "aws:s3/bucket:Bucket"
TABLE = "aws:dynamodb/table:Table"
QUEUE = "aws:sqs/queue:Queue"
PERMISSION = "aws:lambda/permission:Permission"
REFUSING = (LOG_GROUP, BUCKET, TABLE, QUEUE, PERMISSION)


def alter_queue(stack: Checkout, queue: dict[str, Any]) -> None:
    """Make a queue differ from the program, for AWS gives an equal one back without a word."""
    sqs = stack.account().client("sqs")
    sqs.set_queue_attributes(QueueUrl=queue["id"], Attributes={"DelaySeconds": "7"})


@pytest.fixture
def taken_back(stack: Checkout) -> Iterator[Checkout]:
    """Leave the record whole, whatever a test made it forget."""
    yield stack
    stack.run("recover", "--adopt")
    stack.run("local").succeeded()


@pytest.mark.parametrize("token", REFUSING)
def test_what_stands_fails_an_update_that_says_who_tells_and_is_adopted_when_agreed(
    taken_back: Checkout, whole: Inventory, tmp_path: Path, token: str
) -> None:
    stack, standing = taken_back, first_of(exported(taken_back, "local"), token)
    if token == QUEUE:
        alter_queue(stack, standing)
    forget(stack, "local", {standing["urn"]}, tmp_path)

    failed = stack.run("local")
    told = stack.run("recover")
    adopted = stack.run("recover", "--adopt").succeeded()

    assert failed.status != 0
    assert "make recover STACK=local" in failed.messages
    assert told.status != 0
    assert f"{token} {standing['id']}" in told.messages
    assert "make recover STACK=local ADOPT=1" in told.messages
    assert f"{token} {standing['id']}" in adopted.messages
    assert standing["urn"] in {entry["urn"] for entry in stack.recorded()["resources"]}
    assert_whole(stack, whole)


def test_everything_of_a_name_that_a_stack_can_meet_is_adopted_at_once(
    taken_back: Checkout, whole: Inventory, tmp_path: Path
) -> None:
    stack = taken_back
    present = {entry["type"] for entry in stack.recorded()["resources"]}
    forgotten = {
        token: first_of(exported(stack, "local"), token) for token in OWNERS.keys() & present
    }
    forget(stack, "local", {entry["urn"] for entry in forgotten.values()}, tmp_path)

    adopted = stack.run("recover", "--adopt").succeeded()

    for token, entry in forgotten.items():
        assert f"{token} {entry['id']}" in adopted.messages
    recorded = Deployment(document=stack.recorded()).identities
    assert {entry["id"] for entry in forgotten.values()} <= recorded
    assert_whole(stack, whole)


def test_what_is_not_plainly_the_stacks_own_is_refused_with_what_its_tags_say(
    taken_back: Checkout, tmp_path: Path
) -> None:
    stack, group = taken_back, first_of(exported(taken_back, "local"), LOG_GROUP)
    logs = stack.account().client("logs")
    tags = logs.list_tags_for_resource(resourceArn=group["outputs"]["arn"])["tags"]
    logs.tag_resource(resourceArn=group["outputs"]["arn"], tags={"system": "billing"})
    forget(stack, "local", {group["urn"]}, tmp_path)
    try:
        refused = stack.run("recover", "--adopt")
    finally:
        logs.tag_resource(resourceArn=group["outputs"]["arn"], tags=tags)

    assert refused.status != 0
    assert f"{group['id']}" in refused.messages
    assert "its tags say stage=local, system=billing" in refused.messages
    assert "tag it stage=local, system=alchemiser" in refused.messages


def test_a_stack_in_whose_way_nothing_stands_is_told_so(stack: Checkout) -> None:
    assert "nothing stands in its way" in stack.run("recover").succeeded().messages


def test_an_import_by_hand_ends_well(
    taken_back: Checkout, whole: Inventory, tmp_path: Path
) -> None:
    stack, group = taken_back, first_of(exported(taken_back, "local"), LOG_GROUP)
    forget(stack, "local", {group["urn"]}, tmp_path)
    parent = next(
        entry for entry in stack.recorded()["resources"] if entry["urn"] == group["parent"]
    )

    ended = imported(stack, group, parent)

    assert ended.status == 0, ended.output + ended.messages
    assert group["urn"] in {entry["urn"] for entry in stack.recorded()["resources"]}
    assert_whole(stack, whole)


def imported(stack: Checkout, entry: dict[str, Any], parent: dict[str, Any]) -> Ended:
    """Import a log group as the CLI's own documentation says, below its component."""
    provider = next(
        it for it in stack.recorded()["resources"] if it["type"] == "pulumi:providers:aws"
    )
    options = [
        f"--parent=above={parent['urn']}",
        f"--provider=aws={provider['urn']}",
        "--protect=false",
        "--yes",
    ]
    name = entry["urn"].rpartition("::")[2]
    return stack.pulumi("import", entry["type"], name, entry["id"], *options, "--stack", "local")


def assert_whole(stack: Checkout, whole: Inventory) -> None:
    stack.run("local").succeeded()
    assert stack.account().inventory() == whole
    assert "nothing changed" in stack.run("local").succeeded().output
