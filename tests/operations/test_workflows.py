from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.recorded_program import recorded

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
IAM = ROOT / ".github/iam"
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
NOT_NARROWED = {
    "ReadMappings",
    "WriteMappings",  # narrowed by the function, as a condition
    "ListKeyAliases",
    "MakeKeys",  # narrowed by the tags that the key gets
    "LogInToRegistry",
}
"""Statements whose actions AWS cannot narrow by resource."""
SUBJECT = "token.actions.githubusercontent.com:sub"


def read(path: Path) -> dict[Any, Any]:
    document: dict[Any, Any] = yaml.safe_load(path.read_text())
    return document


def jobs() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{path.stem}/{name}", job)
        for path in WORKFLOWS
        for name, job in read(path)["jobs"].items()
    ]


def steps() -> list[tuple[str, dict[str, Any]]]:
    prepare = read(ROOT / ".github/actions/prepare/action.yml")["runs"]["steps"]
    found = [(name, step) for name, job in jobs() for step in job["steps"]]
    return [*found, *(("prepare", step) for step in prepare)]


def test_every_action_is_pinned_by_its_commit() -> None:
    used = [step["uses"] for _, step in steps() if "uses" in step]

    assert len(used) > 10
    assert [name for name in used if not name.startswith("./") and not PINNED.match(name)] == []


def test_whatever_a_workflow_runs_is_a_make_target() -> None:
    targets = set(re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    known = {name for group in targets for name in group.split()}
    for where, step in steps():
        for line in step.get("run", "").splitlines():
            words = line.split()
            assert words[0] == "make", f"{where}: {line}"
            asked = [word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word)]
            assert asked, line
            assert set(asked) <= known, f"{where}: {line}"


def test_a_token_may_only_read_unless_a_job_says_why() -> None:
    assert {str(read(path)["permissions"]) for path in WORKFLOWS} == {"{'contents': 'read'}"}


def test_a_fork_gets_no_credentials_and_still_the_local_stack() -> None:
    document = read(ROOT / ".github/workflows/pull-request.yml")

    # YAML 1.1 reads the key `on` as true.
    assert set(document[True]) == {"pull_request"}
    for name, job in document["jobs"].items():
        takes_credentials = "id-token" in job.get("permissions", {})
        only_own = "head.repo.full_name == github.repository" in str(job.get("if"))
        assert takes_credentials == only_own, name
    assert any(step.get("run") == "make local" for step in document["jobs"]["trading-day"]["steps"])


def test_what_touches_a_stack_waits_for_its_turn() -> None:
    for path in WORKFLOWS:
        document = read(path)
        for name, job in document["jobs"].items():
            if "id-token" not in job.get("permissions", {}):
                continue
            turn = job.get("concurrency") or document["concurrency"]
            assert re.match(r"pulumi-(dev|prod|\$\{\{ matrix.stack \}\})$", turn["group"]), name
            assert turn["cancel-in-progress"] is False, name


def test_prod_is_reached_only_from_its_environment() -> None:
    for where, job in jobs():
        commands = " ".join(step.get("run", "") for step in job["steps"])
        if "promote" in commands or "STACK=prod" in commands:
            assert job["environment"] == "prod", where


@pytest.mark.parametrize("role", sorted(path.stem[:-6] for path in IAM.glob("*.trust.json")))
def test_a_role_trusts_one_subject_and_may_do_no_everything(role: str) -> None:
    trust = json.loads((IAM / f"{role}.trust.json").read_text())
    (statement,) = trust["Statement"]
    subject = statement["Condition"]["StringEquals"][SUBJECT]
    assert re.fullmatch(r"repo:OWNER/REPO:(pull_request|environment:[a-z-]+)", subject)

    permissions = json.loads((IAM / f"{role}.permissions.json").read_text())["Statement"]
    for statement in permissions:
        assert all(action.partition(":")[2] != "*" for action in statement["Action"])
        # Only what AWS cannot narrow by resource may name all of them.
        if "*" in statement["Resource"]:
            assert statement["Sid"] in NOT_NARROWED


def test_roles_that_only_look_change_nothing() -> None:
    reading = re.compile(r"^\w+:(Get|List|Describe)|^kms:Decrypt$")
    for role in ("preview-dev", "drift-dev", "drift-prod"):
        for statement in json.loads((IAM / f"{role}.permissions.json").read_text())["Statement"]:
            assert [action for action in statement["Action"] if not reading.match(action)] == []


SERVICES = {
    "eventBus": "events",
    "eventRule": "events",
    "eventTarget": "events",
    "logGroup": "logs",
}
"""IAM's services of resources that the provider counts among another's."""


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        ("deploy-dev", "Create|Put|Publish|Add|Set|Subscribe"),
        ("promote-prod", "Create|Put|Publish|Add|Set|Subscribe"),
        ("preview-dev", "Get|List|Describe"),
        ("drift-dev", "Get|List|Describe"),
        ("drift-prod", "Get|List|Describe"),
    ],
)
def test_a_role_reaches_every_service_that_the_program_uses(role: str, verbs: str) -> None:
    document = json.loads((IAM / f"{role}.permissions.json").read_text())
    actions = [action for statement in document["Statement"] for action in statement["Action"]]
    types = {resource.type for resource in recorded(role.rpartition("-")[2]).resources.all}
    used = {
        SERVICES.get(name, service)
        for service, name in re.findall(r"\baws:(\w+)/(\w+):", " ".join(types))
    }

    assert {"kms", "scheduler", "events", "logs"} <= used
    missing = {it for it in used if not re.search(rf"\b{it}:({verbs})", " ".join(actions))}
    assert missing == set()


def test_no_role_of_dev_reaches_prod() -> None:
    for path in [*IAM.glob("preview-dev.*.json"), *IAM.glob("*-dev.*.json")]:
        assert "prod" not in path.read_text().replace("repo:OWNER/REPO", ""), path.name
