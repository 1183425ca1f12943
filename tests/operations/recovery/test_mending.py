"""A record after a run that was cut off becomes one that an `up` can start from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local.problems import LocalProblem
from operations.recovery.deployment import UNREAD, Deployment
from operations.recovery.mending import mend, mend_stack
from tests.operations.recovery.fake_cloud import FakeCloud

QUEUE = {("sqs", "get_queue_url"): {"QueueUrl": "http://q"}}


@dataclass(frozen=True)
class Ended:
    status: int = 0
    output: str = ""


@dataclass
class FakeCommands:
    """Remembers what the CLI was asked for, and what it was given to import."""

    failing: str = ""
    asked: list[str] = field(default_factory=list)
    imported: list[Any] = field(default_factory=list)

    def run(self, arguments: Sequence[str], *, capture: bool = False) -> Ended:
        verb = " ".join(word for word in arguments[:2] if not word.startswith("-"))
        self.asked.append(verb)
        if "--file" in arguments:
            file = Path(arguments[arguments.index("--file") + 1])
            self.imported.append(json.loads(file.read_text())["deployment"])
        said = "Refreshing\nDiagnostics:\n  worker: refused"
        return Ended(status=1, output=said) if verb == self.failing else Ended()


def resource(token: str, name: str, **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:local::a::{token}::{name}", "type": token, "custom": True, **more}


def cut_off(kind: str, made: dict[str, Any], *resources: dict[str, Any]) -> Deployment:
    operations = [{"type": kind, "resource": made}]
    return Deployment(
        document={"resources": list(resources), "pending_operations": operations, "manifest": 1}
    )


def test_a_create_that_had_happened_is_recorded_with_its_id() -> None:
    made = resource("aws:sqs/queue:Queue", "jobs", inputs={"name": "jobs"})

    mending = mend(cut_off("creating", made), FakeCloud(QUEUE))

    found = {**made, "id": "http://q", "outputs": {"name": "jobs"}, "initErrors": [UNREAD]}
    assert mending.resources == [found]
    assert mending.dropped == []


def test_a_create_that_had_not_happened_is_left_to_the_next_up() -> None:
    made = resource("aws:sqs/queue:Queue", "jobs", inputs={"name": "jobs"})

    mending = mend(cut_off("creating", made), FakeCloud())

    assert mending.resources == []
    assert mending.dropped == [made["urn"]]


def test_what_it_was_to_replace_is_marked_for_deletion() -> None:
    old = resource("aws:lambda/layerVersion:LayerVersion", "strategy", id="arn:1")
    below = resource("aws:lambda/function:Function", "worker", id="worker")
    new = resource(
        "aws:lambda/layerVersion:LayerVersion",
        "strategy",
        inputs={"layerName": "strategy", "description": "key-2"},
    )
    cloud = FakeCloud(
        {
            ("lambda", "list_layer_versions"): [
                {"LayerVersionArn": "arn:2", "Description": "key-2"},
                {"LayerVersionArn": "arn:1", "Description": "key-1"},
            ]
        }
    )

    resources = mend(cut_off("creating", new, old, below), cloud).resources

    assert [(entry.get("id"), entry.get("delete", False)) for entry in resources] == [
        ("arn:2", False),
        ("arn:1", True),
        ("worker", False),
    ]


def test_a_build_and_a_component_are_simply_done_again() -> None:
    build = resource("command:local:Command", "strategy-build", inputs={})
    component = {**resource("alchemiser:index:Table", "ledger"), "custom": False}

    for made in (build, component):
        assert mend(cut_off("creating", made), FakeCloud()).dropped == [made["urn"]]


def test_cut_off_updates_and_deletes_are_left_to_the_refresh() -> None:
    made = resource("aws:iam/role:Role", "worker", id="worker")
    commands = FakeCommands()

    count = mend_stack(commands, "local", cut_off("updating", made, made), FakeCloud())

    assert count == 1
    unread = {**made, "initErrors": [UNREAD]}
    assert commands.imported == [{"resources": [unread], "manifest": 1}]
    assert commands.asked == ["stack import", "refresh"]


def test_a_recovery_that_was_cut_off_before_it_had_read_is_finished_by_the_next() -> None:
    made = resource("aws:iam/role:Role", "worker", id="worker", initErrors=[UNREAD])
    commands = FakeCommands()

    assert mend_stack(commands, "local", Deployment(document={"resources": [made]}), FakeCloud())

    assert commands.asked == ["refresh"]


@pytest.mark.parametrize(
    "left_out",
    [
        resource("aws:iam/role:Role", "old", id="old", delete=True),
        resource("aws:iam/role:Role", "old", id="old", pendingReplacement=True),
        resource("pulumi:providers:aws", "aws", id="1"),
        {**resource("alchemiser:index:Table", "ledger"), "custom": False},
    ],
    ids=["to be deleted", "to be replaced", "provider", "component"],
)
def test_what_a_refresh_leaves_out_is_not_noted_as_unread(left_out: dict[str, Any]) -> None:
    deployment = cut_off("deleting", left_out, left_out)

    assert mend(deployment, FakeCloud()).resources == [left_out]


def test_a_record_without_cut_off_operations_is_not_touched() -> None:
    commands = FakeCommands()

    assert mend_stack(commands, "local", Deployment(document={}), FakeCloud()) == 0
    assert commands.asked == []


def test_a_type_without_a_rule_is_named_before_anything_is_changed() -> None:
    commands = FakeCommands()
    made = resource("aws:new/thing:Thing", "x", inputs={})

    with pytest.raises(LocalProblem, match="no row for aws:new/thing:Thing"):
        mend_stack(commands, "local", cut_off("creating", made), FakeCloud())

    assert commands.asked == []


@pytest.mark.parametrize(
    ("verb", "said"),
    [("stack import", "was refused"), ("refresh", "failed with status 1:\nworker: refused\nSee: ")],
)
def test_a_refusal_of_the_engine_is_told(verb: str, said: str) -> None:
    made = resource("aws:sqs/queue:Queue", "jobs", inputs={"name": "jobs"})

    with pytest.raises(LocalProblem, match=said):
        mend_stack(FakeCommands(failing=verb), "local", cut_off("creating", made), FakeCloud())
