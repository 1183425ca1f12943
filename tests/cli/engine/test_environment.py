"""What the engine and all that it starts get to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.engine.arguments import understand
from cli.engine.environment import engine_environment
from cli.engine.selection import Engine
from local.ministack.client_environment import account_of
from local.workfolder import WorkFolder

ENDPOINT = "http://127.0.0.1:4566"


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    (tmp_path / "Pulumi.dev.yaml").write_text(
        'config:\n  alchemiser:account_id: "111111111111"\n  alchemiser:region: eu-west-1\n'
    )
    return WorkFolder(root=tmp_path, home=tmp_path / "home")


def environment(work: WorkFolder, line: str) -> dict[str, str]:
    engine = Engine(cli=Path("/engine/pulumi"), attached=True)
    return engine_environment(work, engine, understand(line.split()), ENDPOINT)


def test_real_credentials_never_reach_it(work: WorkFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"):
        monkeypatch.setenv(name, "real")

    assert "real" not in environment(work, "up").values()


def test_a_stack_for_aws_is_marked_as_rehearsed_in_its_own_account(work: WorkFolder) -> None:
    composed = environment(work, "up --stack dev")

    assert composed["EMULATOR_REHEARSAL"] == "1"
    assert composed["AWS_ACCESS_KEY_ID"] == "111111111111"
    assert composed["AWS_REGION"] == "eu-west-1"
    assert composed["AWS_ENDPOINT_URL"] == composed["EMULATOR_ENDPOINT"] == ENDPOINT


def test_the_local_stack_is_no_rehearsal(work: WorkFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_REHEARSAL", "1")

    assert "EMULATOR_REHEARSAL" not in environment(work, "up")


def test_the_projects_python_is_found_first(work: WorkFolder) -> None:
    assert environment(work, "up")["PATH"].startswith(f"{work.root}/.venv/bin:/engine:")


@pytest.mark.parametrize("text", ["", "- list", "config: 3", ": :", None])
def test_an_unreadable_stack_file_is_left_for_the_program_to_judge(
    tmp_path: Path, text: str | None
) -> None:
    if text is not None:
        (tmp_path / "Pulumi.odd.yaml").write_text(text)

    assert account_of(tmp_path, "odd").number == "000000000000"


def test_no_token_of_github_or_the_backend_reaches_what_runs_here(
    work: WorkFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "PULUMI_ACCESS_TOKEN"):
        monkeypatch.setenv(name, "a token that can act")

    assert "a token that can act" not in environment(work, "up --stack dev").values()
