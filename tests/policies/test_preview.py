from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from policies import check
from policies.model import UNKNOWN, Resource
from policies.preview import PartialPreviewError, read_preview
from tests.policies.mutations import MUTATIONS
from tests.recorded_program import recorded


def step(resource: Resource, op: str = "create", number: int = 0) -> dict[str, Any]:
    urn = f"urn:pulumi:{resource.stack}::alchemiser::{resource.type}::{resource.name}"
    inputs = json.loads(json.dumps(resource.inputs, default=str))
    return {"op": op, "urn": urn, "newState": {"urn": urn, "type": resource.type, "inputs": inputs}}


def preview(resources: list[Resource], **extra: Any) -> str:
    steps = [step(resource) for resource in resources]
    return json.dumps({"steps": steps, "changeSummary": {"create": len(steps)}} | extra)


def whole() -> list[Resource]:
    return list(recorded("prod", preview=True).resources.all)


def test_every_resource_of_a_preview_is_read() -> None:
    assert len(read_preview(preview(whole()))) == len(whole())


def test_a_resource_keeps_type_name_stack_and_inputs() -> None:
    wanted = Resource(type="aws:sqs/queue:Queue", name="q", stack="prod", inputs={"name": "n"})

    assert read_preview(preview([wanted])) == (wanted,)


def test_what_will_be_deleted_is_left_out() -> None:
    gone = Resource(type="aws:sqs/queue:Queue", name="q", stack="prod", inputs={})
    text = json.dumps({"steps": [step(gone, "delete")], "changeSummary": {"delete": 1}})

    assert read_preview(text) == ()


def test_a_replaced_resource_counts_once() -> None:
    one = Resource(type="aws:sqs/queue:Queue", name="q", stack="prod", inputs={"name": "n"})
    steps = [step(one, "create-replacement"), step(one, "replace"), step(one, "delete-replaced")]
    text = json.dumps({"steps": steps, "changeSummary": {"replace": 1}})

    assert read_preview(text) == (one,)


def test_a_preview_that_leaves_out_what_does_not_change_is_refused() -> None:
    text = preview(whole()[:1], changeSummary={"same": 294})

    with pytest.raises(PartialPreviewError, match="--show-sames"):
        read_preview(text)


def run_check(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return check.main(sys.stdin.read())


def test_a_clean_preview_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_check(preview(whole()), monkeypatch) == 0
    assert capsys.readouterr().out.endswith("0 violations\n")


def test_a_violation_fails_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = MUTATIONS["dynamodb-recovery"](whole())

    assert run_check(preview(broken), monkeypatch) == 1
    assert "dynamodb-recovery: " in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "no json", '{"steps": [], "changeSummary": {"same": 3}}'])
def test_what_cannot_be_judged_is_no_pass(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_check(text, monkeypatch) == 2


def test_an_unknown_counts_as_given() -> None:
    resource = Resource(type="t", name="n", stack="s", inputs={"policy": UNKNOWN})

    assert resource.document("policy") == {}
