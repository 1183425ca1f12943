"""The CLI as operations drive it, with stand-ins for the CLI."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from operations.engine import CommandLine, is_deployed
from operations.errors import OperationError
from tests.cli.programs import program


def cli(folder: Path, script: str) -> CommandLine:
    return CommandLine(stack="dev", command=(str(program(folder / "pulumi", script)),))


def document(*errors: str) -> str:
    diagnostics = [{"message": message, "severity": "error"} for message in errors]
    return json.dumps({"steps": [], "diagnostics": diagnostics})


def test_a_plan_asks_for_the_document_of_its_stack(tmp_path: Path) -> None:
    record = tmp_path / "asked"

    plan = cli(tmp_path, f"echo $@ > {record}; echo '{document()}'").plan("preview")

    assert plan.errors == ()
    assert record.read_text() == "preview --json --show-sames --stack dev\n"


def test_a_failed_plan_tells_what_the_program_said(tmp_path: Path) -> None:
    said = document("error: Pulumi.dev.yaml: log_level: expected DEBUG, found LOUD")
    (tmp_path / "document").write_text(said)

    plan = cli(tmp_path, f"cat {tmp_path}/document; echo noise >&2; exit 255").plan("preview")

    assert plan.errors == ("Pulumi.dev.yaml: log_level: expected DEBUG, found LOUD",)


def test_a_failed_plan_without_a_document_tells_what_the_cli_said(tmp_path: Path) -> None:
    plan = cli(tmp_path, 'echo "error: no stack named dev" >&2; exit 1').plan("preview")

    assert plan.errors == ("no stack named dev",)


def test_a_cli_that_says_nothing_is_a_failure_all_the_same(tmp_path: Path) -> None:
    plan = cli(tmp_path, "exit 3").plan("preview")

    assert plan.errors == ("`pulumi preview` ended with 3, saying nothing",)


def test_a_document_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="JSON document"):
        cli(tmp_path, "echo hello").plan("preview")


def test_without_the_cli_it_is_said_how_to_go_on() -> None:
    with pytest.raises(OperationError, match="REHEARSE=1"):
        CommandLine(stack="dev", command=("no-such-pulumi",)).plan("preview")


@pytest.mark.parametrize(
    ("script", "deployed"),
    [
        ("echo '{}'", False),
        ("echo \"error: no stack named 'prod' found\" >&2; exit 255", False),
        ("echo '{\"functions\": {}}'", True),
    ],
)
def test_a_stack_that_was_never_deployed_is_known_as_one(
    tmp_path: Path, script: str, deployed: bool
) -> None:
    assert is_deployed(cli(tmp_path, script)) is deployed


def test_a_backend_that_cannot_be_reached_is_no_stack_without_a_deployment(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match="no credentials"):
        is_deployed(cli(tmp_path, "echo no credentials >&2; exit 255"))


def test_an_update_that_fails_points_to_what_tells_of_things_that_stand(tmp_path: Path) -> None:
    engine = cli(tmp_path, "exit 255")
    passed = CommandLine(stack="dev", command=engine.command, runs_pack=True)

    with pytest.raises(OperationError, match="make recover STACK=dev"):
        passed.run("up")
    with pytest.raises(OperationError) as told:
        passed.run("refresh")
    assert "recover" not in str(told.value)
