"""What `make new-function` makes, deployed beside the others and at work on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from blueprint.outputs import StackOutputs
from local.day.following import Ending
from local.day.page import PAGE
from local.day.session import TradingSession
from local.workfolder import WorkFolder
from tests.day.floor import DAYS, Floor, wait_until
from tests.engine.checkout import clone_checkout

pytestmark = pytest.mark.day

NEW = (
    ("watcher", "--event", "SignalGenerated", "--table", "watched-days"),
    ("reader", "--queue", "days-to-read", "--table", "read-days"),
)
PREFIX = "alchemiser-local-"


@pytest.fixture
def extended(exchange: Floor, tmp_path: Path) -> Iterator[Floor]:
    """Deploy two new functions from a clone to the floor's stack, and take them away again."""
    original = exchange.checkout
    clone = clone_checkout(original, tmp_path / "clone", tmp_path / "home")
    clone = replace(clone, environment={**original.environment, **clone.environment})
    for name, *options in NEW:
        asked = ("--name", name, "--layer", "notifications", *options)
        clone.run("new-function", *asked).succeeded()
    try:
        clone.run("local").succeeded()
        outputs = StackOutputs.parse(clone.run("outputs").succeeded().output, "local")
        work = WorkFolder(root=clone.root, home=original.home)
        session = TradingSession.of(work, original.endpoint, "local", outputs)
        yield replace(exchange, session=session)
    finally:
        original.run("local").succeeded()


def days_in(floor: Floor, table: str) -> set[str]:
    items = floor.stack.client("dynamodb").scan(TableName=f"{PREFIX}{table}")["Items"]
    return {item["PK"]["S"] for item in items}


def test_new_functions_are_at_work_as_they_were_made(extended: Floor) -> None:
    extended.empty()
    sqs = extended.stack.client("sqs")
    queue = sqs.get_queue_url(QueueName=f"{PREFIX}days-to-read")["QueueUrl"]
    message = {"correlation_id": "workflow-1", "as_of": "2022-03-14"}
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(message))

    result = extended.trade(DAYS[0])

    assert result.ending is Ending.COMPLETED
    assert len(days_in(extended, "watched-days")) == 1
    wait_until(lambda: bool(days_in(extended, "read-days")), 60, "the message is worked off")
    assert days_in(extended, "read-days") == {"DAY#2022-03-14"}
    page = (extended.session.folder(DAYS[0]) / PAGE).read_text()
    assert "watcher at " in page
    assert ">watcher</text>" in page, "the picture has a row for it"
