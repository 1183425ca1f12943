"""What stands in the way of a recovery on AWS is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import recovery
from local.problems import LocalProblem
from local.workfolder import WorkFolder
from tests.cli.programs import program


def test_a_backend_in_a_folder_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program(tmp_path / "bin/pulumi", "exit 1")
    monkeypatch.setenv("PATH", str(path.parent), prepend=":")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///no/such/folder")
    monkeypatch.delenv("REHEARSE", raising=False)

    with pytest.raises(LocalProblem, match="file:///no/such/folder was expected to name a folder"):
        recovery._mend_on_aws(WorkFolder(root=tmp_path, home=tmp_path / "home"), "dev")
