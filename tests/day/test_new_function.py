"""What `make new-function` makes, deployed beside the others and at work on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

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


@dataclass(frozen=True)
class Extended:
    """The floor with new functions, and what a preview said of the first of them."""

    floor: Floor
    preview: str


@pytest.fixture(scope="module")
def extended(exchange: Floor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Extended]:
    """Deploy two new functions from a clone to the floor's stack, and take them away again."""
    tmp_path = tmp_path_factory.mktemp("extended")
    original = exchange.checkout
    clone = clone_checkout(original, tmp_path / "clone", tmp_path / "home")
    clone = replace(clone, environment={**original.environment, **clone.environment})
    preview = ""
    for name, *options in NEW:
        asked = ("--name", name, "--layer", "notifications", *options)
        clone.run("new-function", *asked).succeeded()
        preview = preview or clone.run("preview").succeeded().output
    try:
        clone.run("local").succeeded()
        outputs = StackOutputs.parse(clone.run("outputs").succeeded().output, "local")
        work = WorkFolder(root=clone.root, home=original.home)
        session = TradingSession.of(work, original.endpoint, "local", outputs)
        yield Extended(replace(exchange, session=session), preview)
    finally:
        original.run("local").succeeded()


def days_in(floor: Floor, table: str) -> set[str]:
    items = floor.stack.client("dynamodb").scan(TableName=f"{PREFIX}{table}")["Items"]
    return {item["PK"]["S"] for item in items}


def test_a_preview_of_a_new_function_is_read_at_a_glance(extended: Extended) -> None:
    lines = extended.preview.splitlines()

    assert len(lines) <= 40
    assert any("watcher" in line for line in lines)
    assert any("watched-days" in line for line in lines)


def test_new_functions_are_at_work_as_they_were_made(extended: Extended) -> None:
    floor = extended.floor
    floor.empty()
    sqs = floor.stack.client("sqs")
    queue = sqs.get_queue_url(QueueName=f"{PREFIX}days-to-read")["QueueUrl"]
    message = {"correlation_id": "workflow-1", "as_of": "2022-03-14"}
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(message))

    result = floor.trade(DAYS[0])

    assert result.ending is Ending.COMPLETED
    assert len(days_in(floor, "watched-days")) == 1
    wait_until(lambda: bool(days_in(floor, "read-days")), 60, "the message is worked off")
    assert days_in(floor, "read-days") == {"DAY#2022-03-14"}
    page = (floor.session.folder(DAYS[0]) / PAGE).read_text()
    assert "watcher at " in page
    assert ">watcher</text>" in page, "the picture has a row for it"
