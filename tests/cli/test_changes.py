"""What a change of the stack is told as."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from blueprint.outputs import StackOutputs
from cli.changes import planned_code, resource_changes, summary, version_changes
from cli.engine.events import EngineRun, Step
from tests.deployed_outputs import outputs_document

OLD, NEW = "AAEC", "AwQF"
DIGESTS = {OLD: "000102", NEW: "030405"}
"""What Lambda reports, and the same in hex."""


def outputs(
    functions: Mapping[str, tuple[str, str]], layer: tuple[str, str] = ("1", "a")
) -> StackOutputs:
    document: dict[str, Any] = outputs_document(
        {name: digest for name, (_, digest) in functions.items()}, {"shared_code": layer[1]}
    )
    for name, (version, _) in functions.items():
        document["functions"][name] |= {"version": version, "layers": ["shared_code"]}
    document["layers"]["shared_code"] |= {"version": layer[0], "arn": f"arn:layer:{layer[0]}"}
    return StackOutputs.read(document, "local")


@pytest.fixture
def builds(tmp_path: Path) -> Path:
    function, layer = tmp_path / "functions/metrics_v2", tmp_path / "layers/shared_code"
    for folder in (function, layer):
        folder.mkdir(parents=True)
    for digest, files in {
        OLD: {"m/lambda_handler.py": "644:1", "m/a.py": "644:2"},
        NEW: {"m/lambda_handler.py": "644:9", "m/b.py": "644:3"},
    }.items():
        manifest = {"sha256": DIGESTS[digest], "inputs": {"files": files}}
        (function / f"{digest}.json").write_text(json.dumps(manifest))
    for key, content in {"a": "644:1", "b": "644:2"}.items():
        manifest = {"sha256": key, "inputs": {"files": {"the_alchemiser/shared/ids.py": content}}}
        (layer / f"{key}.json").write_text(json.dumps(manifest))
    return tmp_path


def test_a_new_version_is_told_with_the_files_because_of_which(builds: Path) -> None:
    before, after = outputs({"metrics_v2": ("5", OLD)}), outputs({"metrics_v2": ("6", NEW)})

    assert list(version_changes(before, after, builds)) == [
        "metrics_v2 5 -> 6: b.py added, lambda_handler.py changed, a.py removed"
    ]


def test_functions_that_follow_a_layer_are_told_together(builds: Path) -> None:
    names = ("aggregator_v2", "metrics_v2", "portfolio_v2")
    before = outputs(dict.fromkeys(names, ("1", OLD)))
    after = outputs(dict.fromkeys(names, ("2", OLD)), layer=("2", "b"))

    assert list(version_changes(before, after, builds)) == [
        "layer shared_code 1 -> 2: ids.py changed",
        "3 functions have a new version: layer shared_code",
    ]


def test_a_version_without_other_code_comes_of_settings(builds: Path) -> None:
    before, after = outputs({"metrics_v2": ("1", OLD)}), outputs({"metrics_v2": ("2", OLD)})

    assert list(version_changes(before, after, builds)) == ["metrics_v2 1 -> 2: settings"]


def test_code_that_was_built_elsewhere_is_told_without_its_files(tmp_path: Path) -> None:
    before, after = outputs({"metrics_v2": ("1", OLD)}), outputs({"metrics_v2": ("2", NEW)})

    assert list(version_changes(before, after, tmp_path)) == ["metrics_v2 1 -> 2: code changed"]


def test_what_comes_and_goes_is_named(builds: Path) -> None:
    before, after = outputs({"old_one": ("1", OLD)}), outputs({"new_one": ("1", OLD)})

    assert list(version_changes(before, after, builds)) == ["new_one 1: new", "old_one: gone"]


def test_a_preview_names_the_files_of_a_function_that_gets_other_code(builds: Path) -> None:
    before = outputs({"metrics_v2": ("5", OLD), "data_v2": ("1", OLD)})
    newest = builds / f"functions/metrics_v2/{NEW}.json"
    os.utime(newest, (2_000_000_000, 2_000_000_000))
    token = "aws:lambda/function:Function"
    steps = [
        step("update", token, "metrics_v2-function", "", "code", "description"),
        step("update", token, "data_v2-function", "", "layers"),
        step("create", token, "new_one-function", "", "code"),
    ]

    assert list(planned_code(steps, before, builds)) == [
        "metrics_v2: b.py added, lambda_handler.py changed, a.py removed"
    ]
    assert list(planned_code(steps, None, builds)) == []


def step(kind: str, token: str, name: str, parent: str = "", *properties: str) -> Step:
    urn = f"urn:pulumi:local::alchemiser::{token}::{name}"
    return Step(kind=kind, urn=urn, token=token, parent=parent, properties=properties)


def test_resources_are_told_by_name() -> None:
    queue = "urn:pulumi:local::alchemiser::alchemiser:index:WorkQueue::late"
    steps = [
        step("create", "aws:sqs/queue:Queue", "late-queue", queue),
        step("create", "aws:sqs/queuePolicy:QueuePolicy", "late-policy", queue),
        step("update", "aws:cloudwatch/dashboard:Dashboard", "main", "", "dashboardBody"),
        step("delete", "aws:s3/bucket:Bucket", "old", ""),
    ]

    assert resource_changes(steps, most=40) == [
        "+ late (Queue, QueuePolicy)",
        "- old (Bucket)",
        "~ Dashboard main: dashboardBody",
    ]


def test_updates_of_the_same_properties_are_one_line() -> None:
    steps = [
        step("update", "aws:lambda/function:Function", f"f{n}", "", "layers") for n in "abcdef"
    ]

    assert resource_changes(steps, most=40) == ["~ Function fa, fb, fc, fd and 2 more: layers"]


def test_no_more_lines_than_asked_for_are_told() -> None:
    steps = [step("delete", "aws:s3/bucket:Bucket", f"b{n}") for n in range(9)]

    told = resource_changes(steps, most=4)

    assert len(told) == 4
    assert told[-1] == "… and 6 more"


def test_a_run_is_summed_up_in_a_line() -> None:
    run = EngineRun(steps=(), counts={"same": 293, "update": 2, "delete": 1}, errors=())

    assert summary(run, 12.4) == "2 updated, 1 deleted (296 resources, 12 s)"
    assert summary(EngineRun(steps=(), counts={"same": 3}, errors=()), 4) == (
        "nothing changed (3 resources, 4 s)"
    )
