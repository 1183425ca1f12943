"""What stands in the way of a recovery on AWS is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import recovery
from cli.engine.plugin_sums import plugin_lock
from local.problems import LocalProblem
from local.workfolder import WorkFolder
from tests.cli.programs import program


@pytest.fixture(autouse=True)
def _lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the checkout a lock that records no plugin, which a person may use."""
    monkeypatch.delenv("CI", raising=False)
    plugin_lock(tmp_path).parent.mkdir(parents=True)
    plugin_lock(tmp_path).write_text('address = "none"\n')


def test_a_backend_in_a_folder_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program(tmp_path / "bin/pulumi", "exit 1")
    monkeypatch.setenv("PATH", str(path.parent), prepend=":")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///no/such/folder")
    monkeypatch.delenv("REHEARSE", raising=False)

    with pytest.raises(LocalProblem, match="file:///no/such/folder was expected to name a folder"):
        recovery.recover_stack(WorkFolder(root=tmp_path, home=tmp_path / "home"), "dev")


def test_the_region_that_counts_is_the_stacks_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "regions"
    path = program(tmp_path / "bin/pulumi", f"echo $AWS_REGION >> {log}; exit 1")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  alchemiser:region: eu-west-1\n")
    monkeypatch.setenv("PATH", str(path.parent), prepend=":")
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}")
    monkeypatch.delenv("REHEARSE", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)

    with pytest.raises(LocalProblem, match="could not be read"):
        recovery.recover_stack(WorkFolder(root=tmp_path, home=tmp_path / "home"), "dev")

    assert log.read_text() == "eu-west-1\n"
