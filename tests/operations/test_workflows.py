"""What the workflows do, read as GitHub reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from accounts.trust import endings

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
EXPRESSION = re.compile(r"\$\{\{\s*([\w.]+)\s*\}\}")
DEPLOYING = re.compile(r"\bmake (deploy-\w+|promote|rollback|forward)\b")
ON = True
"""YAML 1.1 reads the key `on` as true."""


def read(path: Path) -> dict[Any, Any]:
    document: dict[Any, Any] = yaml.safe_load(path.read_text())
    return document


def jobs() -> Iterator[tuple[str, dict[Any, Any], dict[str, Any]]]:
    """Give every job with its workflow, once for each stack of its matrix."""
    for path in WORKFLOWS:
        workflow = read(path)
        for name, job in workflow["jobs"].items():
            for stack in job.get("strategy", {}).get("matrix", {}).get("stack", [None]):
                yield f"{path.stem}/{name}", workflow, filled(job, {"matrix.stack": stack})


def filled(value: Any, known: dict[str, Any]) -> Any:
    """Put what is known in place of its expressions."""
    if isinstance(value, dict):
        return {key: filled(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    if not isinstance(value, str):
        return value
    return EXPRESSION.sub(lambda it: str(known.get(it[1]) or it[0]), value)


def steps() -> list[tuple[str, dict[str, Any]]]:
    prepare = read(ROOT / ".github/actions/prepare/action.yml")["runs"]["steps"]
    found = [(where, step) for where, _, job in jobs() for step in job["steps"]]
    return [*found, *(("prepare", step) for step in prepare)]


def commands(job: dict[str, Any]) -> str:
    return "\n".join(step["run"] for step in job["steps"] if "run" in step)


def concurrency(workflow: dict[Any, Any], job: dict[str, Any]) -> list[dict[str, Any]]:
    return [it["concurrency"] for it in (workflow, job) if "concurrency" in it]


def with_identity() -> list[tuple[str, dict[Any, Any], dict[str, Any]]]:
    return [it for it in jobs() if "id-token" in it[2].get("permissions", {})]


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


def test_every_job_ends_by_itself() -> None:
    minutes = {where: job["timeout-minutes"] for where, _, job in jobs()}

    assert all(5 <= limit <= 90 for limit in minutes.values())


def test_what_may_take_an_hour_is_given_more() -> None:
    for where, _, job in jobs():
        if re.search(r"\bmake (check )?(test|newest)$", commands(job), re.MULTILINE):
            assert job["timeout-minutes"] >= 90, where


def test_a_fork_gets_no_credentials_and_still_the_local_stack() -> None:
    document = read(ROOT / ".github/workflows/pull-request.yml")

    assert set(document[ON]) == {"pull_request"}
    for name, job in document["jobs"].items():
        takes_credentials = "id-token" in job.get("permissions", {})
        only_own = "head.repo.full_name == github.repository" in str(job.get("if"))
        assert takes_credentials == only_own, name
    assert any(step.get("run") == "make local" for step in document["jobs"]["trading-day"]["steps"])


def test_no_job_with_an_identity_runs_tests() -> None:
    assert len(with_identity()) == 5
    for where, _, job in with_identity():
        assert not re.search(r"\b(test|check|soak|local|newest)", commands(job)), where


def test_what_deploys_waits_for_what_proves_it_without_identity() -> None:
    found = [(where, wf, job) for where, wf, job in jobs() if DEPLOYING.search(commands(job))]

    assert {where for where, *_ in found} == {"main/deploy", "promote/promote"}
    for where, workflow, job in found:
        before = workflow["jobs"][job["needs"]]
        assert "id-token" not in before.get("permissions", {}), where
        assert "environment" not in before, where


def test_main_is_tested_before_it_is_deployed() -> None:
    workflow = read(ROOT / ".github/workflows/main.yml")

    assert commands(workflow["jobs"][workflow["jobs"]["deploy"]["needs"]]) == "make check test"


def test_only_a_tag_on_main_is_promoted() -> None:
    workflow = read(ROOT / ".github/workflows/promote.yml")
    before = workflow["jobs"][workflow["jobs"]["promote"]["needs"]]

    assert commands(before) == "make from-main"
    # Without its history a checkout knows no branch that it could be on.
    assert before["steps"][0]["with"]["fetch-depth"] == 0
    assert workflow[ON]["push"] == {"tags": ["v*"]}


def test_a_deployment_that_waits_is_never_dropped() -> None:
    for where, workflow, job in jobs():
        for turn in concurrency(workflow, job):
            if turn["group"].startswith("pulumi-"):
                assert turn == {
                    "group": turn["group"],
                    "cancel-in-progress": False,
                    "queue": "max",
                }, where


def test_what_deploys_a_stack_takes_its_turn_there() -> None:
    for where, workflow, job in jobs():
        if DEPLOYING.search(commands(job)):
            groups = {turn["group"] for turn in concurrency(workflow, job)}
            assert groups == {f"pulumi-{job['environment']}"}, where


def test_a_preview_stands_in_no_deployments_way() -> None:
    (found,) = (it for it in jobs() if "make review" in commands(it[2]))
    groups = [turn["group"] for turn in concurrency(found[1], found[2])]

    assert groups == ["review-${{ github.event.pull_request.number }}"]


def test_prod_is_reached_only_from_its_environment() -> None:
    for where, _, job in jobs():
        if re.search(r"promote|STACK=prod", commands(job)):
            assert job["environment"] == "prod", where


def test_every_identity_is_one_that_a_role_trusts() -> None:
    """Hold each job's subject against the trust documents that `make bootstrap-account` writes."""
    trusted = {ending for stage in ("dev", "prod") for ending in endings(stage).values()}
    presented = {
        f"environment:{job['environment']}" if "environment" in job else "pull_request"
        for _, _, job in with_identity()
    }

    assert presented <= trusted
    # Prod is not reviewed by pull requests, so that one ending serves dev alone.
    assert presented == trusted


def test_the_newest_pieces_are_tried_every_week() -> None:
    workflow = read(ROOT / ".github/workflows/newest.yml")
    (schedule,) = workflow[ON]["schedule"]
    (job,) = workflow["jobs"].values()

    assert schedule["cron"].split()[2:] == ["*", "*", "1"]
    assert commands(job) == "make newest"
    assert {"uses": "./.github/actions/prepare", "with": {"pulumi-version": "latest"}} in job[
        "steps"
    ]


@pytest.mark.parametrize("piece", ["~/.cache/uv", "~/.pulumi/plugins"])
def test_what_is_downloaded_is_kept_between_jobs(piece: str) -> None:
    (kept,) = (
        step["with"]["path"] for _, step in steps() if "actions/cache@" in step.get("uses", "")
    )

    assert piece in kept.split()
