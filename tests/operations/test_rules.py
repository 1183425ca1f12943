"""The rules run in review, deployment and promotion, and a violation stops each of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from operations.engine import CommandLine
from operations.errors import OperationError
from tests.cli.programs import program

URN = "urn:pulumi:dev::alchemiser::aws:iam/role:Role::metrics_v2-role"
BOUND = {"permissionsBoundary": "arn:aws:iam::111111111111:policy/alchemiser-ci-dev-boundary"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}},
        }
    ],
}


def document(**inputs: Any) -> str:
    """Write a preview of one role that is made."""
    role = {"assumeRolePolicy": json.dumps(TRUST), **inputs}
    state = {"urn": URN, "type": "aws:iam/role:Role", "inputs": role}
    step = {"op": "create", "urn": URN, "newState": state}
    return json.dumps({"steps": [step], "changeSummary": {"create": 1}})


def cli(folder: Path, text: str, *, runs_pack: bool = False) -> CommandLine:
    (folder / "document").write_text(text)
    script = f'echo "$@" >> {folder}/asked; [ "$1" != preview ] || cat {folder}/document'
    command = (str(program(folder / "pulumi", script)),)
    return CommandLine(stack="dev", command=command, runs_pack=runs_pack)


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text().splitlines()


def test_an_update_that_breaks_a_rule_is_never_begun(tmp_path: Path) -> None:
    with pytest.raises(OperationError) as stopped:
        cli(tmp_path, document()).run("up", "--yes")

    assert "iam-boundary: metrics_v2-role: has no permissions boundary" in str(stopped.value)
    assert asked(tmp_path) == ["preview --json --show-sames --stack dev"]


def test_an_update_that_keeps_the_rules_goes_its_way(tmp_path: Path) -> None:
    cli(tmp_path, document(**BOUND)).run("up", "--yes")

    assert asked(tmp_path)[-1] == "up --yes --stack dev"


def test_a_review_of_what_breaks_a_rule_has_failed_and_says_which(tmp_path: Path) -> None:
    plan = cli(tmp_path, document()).plan("preview")

    assert plan.errors == ("iam-boundary: metrics_v2-role: has no permissions boundary",)
    assert cli(tmp_path, document(**BOUND)).plan("preview").errors == ()


def test_a_preview_that_leaves_something_out_is_no_proof(tmp_path: Path) -> None:
    partial = json.dumps({"steps": [], "changeSummary": {"same": 240}})

    with pytest.raises(OperationError, match="expected all 240 resources"):
        cli(tmp_path, partial).run("up")


@pytest.mark.parametrize("verb", ["up", "preview"])
def test_an_official_cli_runs_the_pack_itself(tmp_path: Path, verb: str) -> None:
    cli(tmp_path, document(**BOUND), runs_pack=True).run(verb)

    assert asked(tmp_path) == [f"{verb} --policy-pack policies --stack dev"]


def test_a_stack_on_aws_is_run_by_a_cli_that_runs_the_pack() -> None:
    assert CommandLine.of("dev", embedded=False).runs_pack
    assert not CommandLine.of("dev", embedded=True).runs_pack
